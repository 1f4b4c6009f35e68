import {selectedProfile} from '../cluster/selected-profile.ts'
import {stopDaemon} from '../cluster/stop-daemon.ts'
import {command, duration} from '../definition.ts'

export const definition = command({
  usage: '[flags]',
  summary: 'Stop the cluster and keep its state',
  description: 'Ends pods gracefully, then the daemon. The next start brings everything back.',
  flags: {timeout: duration('How long pods may take to end.', {default: 60_000})},
  async run(invocation) {
    const profile = selectedProfile(invocation)
    const {wasRunning, forced} = await stopDaemon(profile, {timeoutMs: invocation.flags.timeout})
    if (forced) invocation.io.err('Warning: it did not end in time and was killed; nothing acknowledged is lost\n')
    invocation.io.out(`cluster "${profile.name}" ${wasRunning ? 'stopped' : 'is not running'}\n`)
  },
})
