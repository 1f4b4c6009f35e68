import {selectedProfile} from '../../cluster/selected-profile.ts'
import {startDaemon} from '../../cluster/start-daemon.ts'
import {stopDaemon} from '../../cluster/stop-daemon.ts'
import {command, duration} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'NAME',
  summary: 'Go back to a saved state',
  description:
    'Stops the cluster, puts the saved state in place and starts it. The state before is kept beside it until the next restore.',
  flags: {timeout: duration('How long pods may take to end, and the start may take.', {default: 60_000})},
  async run(invocation) {
    const {args, io, flags} = invocation
    const [name] = args
    if (name === undefined || args.length > 1) throw usageMistake(invocation, 'restore takes the name of one snapshot')
    const profile = selectedProfile(invocation)
    await stopDaemon(profile, {timeoutMs: flags.timeout})
    await startDaemon(profile, {changes: {}, restore: name, timeoutMs: flags.timeout, onStep: () => undefined})
    io.out(`snapshot "${name}" restored\n`)
  },
})
