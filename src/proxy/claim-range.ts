// Makes a whole range of addresses local to this machine with one route, so that each of them can be listened on.
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import type {Logger} from '../lib/logger.ts'

const ip = (...args: string[]): Promise<unknown> => promisify(execFile)('ip', args)

/** Undone by the disposal. Without the right to do it the cluster IPs stay unreachable, which the log says. */
export const claimRange = async (range: string, logger: Logger): Promise<AsyncDisposable> => {
  const route = [...(range.includes(':') ? ['-6'] : []), 'route']
  try {
    await ip(...route, 'replace', 'local', range, 'dev', 'lo')
  } catch (error) {
    logger.warn('cannot make the service range local: services are reachable by node port only', {range, error})
    return {[Symbol.asyncDispose]: async () => undefined}
  }
  return {
    [Symbol.asyncDispose]: async () => {
      await ip(...route, 'del', 'local', range, 'dev', 'lo').catch(() => undefined)
    },
  }
}
