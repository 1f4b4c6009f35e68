import {addonsOf, addonTable} from '../../cluster/addons.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command, string} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  summary: 'List the addons, and which of them the cluster has',
  flags: {output: string("'list' for people, 'json' for programs.", {short: 'o', default: 'list'})},
  async run(invocation) {
    const {flags, io} = invocation
    if (flags.output !== 'list' && flags.output !== 'json')
      throw usageMistake(invocation, `unknown output ${JSON.stringify(flags.output)}: use list or json`)
    const profile = selectedProfile(invocation)
    const enabled = new Set<string>(await addonsOf(profile))
    const rows = Object.entries(addonTable).map(([name, {about}]) => ({name, about, isEnabled: enabled.has(name)}))
    if (flags.output === 'json') {
      const entries = rows.map(({isEnabled, name}) => [
        name,
        {Profile: profile.name, Status: isEnabled ? 'enabled' : 'disabled'},
      ])
      return io.out(`${JSON.stringify(Object.fromEntries(entries))}\n`)
    }
    const {barTable} = await import('../../output/bar-table.ts')
    const head = ['ADDON NAME', 'PROFILE', 'STATUS', 'WHAT IT IS']
    io.out(
      barTable(
        head,
        rows.map(({about, isEnabled, name}) => [name, profile.name, isEnabled ? 'enabled ✅' : 'disabled', about]),
      ),
    )
  },
})
