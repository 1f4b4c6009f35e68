// containerd's own program, for what CRI cannot do with its images.
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {hasCode} from '../../lib/node-error.ts'
import {UsageError} from '../../lib/usage-error.ts'

const run = promisify(execFile)

/** In the namespace in which Kubernetes keeps its images. */
export const ctr = async (socket: string, words: readonly string[]): Promise<string> => {
  const args = ['--address', socket, '--namespace', 'k8s.io', 'images', ...words]
  try {
    const {stdout} = await run('ctr', args, {maxBuffer: 2 ** 26})
    return stdout
  } catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new UsageError(
        `this cluster's container runtime is not mini's own, and its program ctr is not on PATH; elsewhere: ctr ${args.join(' ')}`,
        {cause: error},
      )
    const {stderr = ''} = error as {stderr?: string}
    throw new UsageError(stderr.trim() || (error as Error).message, {cause: error})
  }
}
