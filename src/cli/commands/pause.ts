import {askDaemon} from '../cluster/daemon.ts'
import {selectedProfile} from '../cluster/selected-profile.ts'
import {command} from '../definition.ts'

export const definition = command({
  summary: 'Freeze the cluster: pods and controllers stand still, the API goes on answering',
  flags: {},
  async run(invocation) {
    const profile = selectedProfile(invocation)
    await askDaemon(profile, 'POST', 'pause')
    invocation.io.out(`cluster "${profile.name}" paused\n`)
  },
})
