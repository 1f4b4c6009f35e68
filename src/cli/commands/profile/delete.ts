import {homedir} from 'node:os'
import {join} from 'node:path'
import {profileNamed} from '../../../client/profile.ts'
import {removeProfile} from '../../cluster/remove-profile.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {stopDaemon} from '../../cluster/stop-daemon.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: '[NAME]',
  summary: 'Remove a cluster with all it ever made',
  description: 'Works whatever state the cluster is in: running, dead, with a broken database. Nothing is left behind.',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length > 1) throw usageMistake(invocation, 'delete takes the name of one profile')
    const profile = args[0] === undefined ? selectedProfile(invocation) : profileNamed(args[0], io.env)
    // Pods need no grace: nobody will see them again.
    await stopDaemon(profile, {timeoutMs: 10_000}).catch((error: Error) => io.err(`Warning: ${error.message}\n`))
    const existed = await removeProfile(
      profile,
      io.env.KUBECONFIG?.split(':')[0] || join(io.env.HOME || homedir(), '.kube', 'config'),
    )
    io.out(existed ? `profile "${profile.name}" deleted\n` : `there is no profile "${profile.name}"\n`)
  },
})
