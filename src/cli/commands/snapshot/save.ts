import {askDaemon} from '../../cluster/daemon.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: '[NAME]',
  summary: 'Save the state under a name',
  description: 'The cluster goes on meanwhile. Without a name, the time is the name.',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length > 1) throw usageMistake(invocation, 'save takes one name at most')
    const name =
      args[0] ??
      new Date(io.now())
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replaceAll(':', '-')
    await askDaemon(selectedProfile(invocation), 'POST', `snapshots/${encodeURIComponent(name)}`, {timeoutMs: 120_000})
    io.out(`snapshot "${name}" saved\n`)
  },
})
