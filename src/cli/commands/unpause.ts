import {askDaemon} from '../cluster/daemon.ts'
import {selectedProfile} from '../cluster/selected-profile.ts'
import {command} from '../definition.ts'

export const definition = command({
  summary: 'Let a paused cluster go on',
  flags: {},
  async run(invocation) {
    const profile = selectedProfile(invocation)
    await askDaemon(profile, 'POST', 'unpause')
    invocation.io.out(`cluster "${profile.name}" goes on\n`)
  },
})
