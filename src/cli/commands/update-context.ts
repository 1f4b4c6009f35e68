import {existsSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {UsageError} from '../../lib/usage-error.ts'
import {startCommand} from '../cluster/daemon.ts'
import {selectedProfile} from '../cluster/selected-profile.ts'
import {command} from '../definition.ts'
import {usageMistake} from '../invocation.ts'

export const definition = command({
  summary: 'Point your kubeconfig at the cluster',
  description: 'Puts the cluster of the profile into your kubeconfig as it is now, and makes it the current context.',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length > 0) throw usageMistake(invocation, 'update-context takes no arguments')
    const profile = selectedProfile(invocation)
    if (!existsSync(profile.kubeconfig))
      throw new UsageError(
        `there is no cluster ${JSON.stringify(profile.name)}; make one with: ${startCommand(profile)}`,
      )
    const {pointKubeconfig} = await import('../../daemon/kubeconfig.ts')
    const file =
      io.env.KUBECONFIG?.split(':').find((path) => path !== '') ?? join(io.env.HOME || homedir(), '.kube', 'config')
    const result = pointKubeconfig(file, profile.kubeconfig, profile.name)
    if (!result) throw new UsageError(`${file} is no kubeconfig that can be changed`)
    io.out(
      result.changed
        ? `context "${profile.name}" of ${file} points at the cluster, and is the current one\n`
        : `no changes required for the context "${profile.name}" of ${file}\n`,
    )
  },
})
