import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {miniHome, profileNamed} from '../../../client/profile.ts'
import {daemonPid} from '../../cluster/daemon.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command, string} from '../../definition.ts'
import {tableFor} from '../../output/boxed-table.ts'

export const definition = command({
  summary: 'List the clusters of this machine',
  flags: {output: string("'' for people, 'json' for programs.", {short: 'o'})},
  async run(invocation) {
    const {io, flags} = invocation
    const home = miniHome(io.env)
    const selected = selectedProfile(invocation).name
    const names = existsSync(home)
      ? readdirSync(home, {withFileTypes: true}).filter(
          (entry) => entry.isDirectory() && existsSync(join(home, entry.name, 'logs')),
        )
      : []
    const items = names.map(({name}) => {
      const pid = daemonPid(profileNamed(name, io.env))
      return {
        name,
        state: pid === undefined ? 'Stopped' : 'Running',
        ...(pid === undefined ? {} : {pid}),
        current: name === selected,
      }
    })
    if (flags.output === 'json') io.out(`${JSON.stringify(items)}\n`)
    else if (items.length === 0) io.err('No clusters. Make one with: mini start\n')
    else {
      const rows = items.map(({name, state, current}) => [name, state, current ? '*' : ''])
      io.out(await tableFor(io, ['Profile', 'Status', 'Current'], rows))
    }
  },
})
