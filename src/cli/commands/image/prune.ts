import {UsageError} from '../../../lib/usage-error.ts'
import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {bool, command} from '../../definition.ts'

export const definition = command({
  summary: 'Remove images without a name, and what builds keep to be faster',
  flags: {all: bool('Also images with a name that no container uses.', {short: 'a'})},
  async run(invocation) {
    const {flags, io} = invocation
    const {humanSize} = await import('../../image/size.ts')
    await withRuntimes(selectedProfile(invocation), async ({isMini, tools}) => {
      if (!isMini)
        throw new UsageError("this cluster's container runtime is not mini's own: its images go when the disk fills up")
      const {freedBytes, removed} = await tools.call('Prune', {all: flags.all})
      for (const name of removed) io.out(`image "${name}" removed\n`)
      io.err(`${humanSize(Math.max(0, freedBytes))} freed\n`)
    })
  },
})
