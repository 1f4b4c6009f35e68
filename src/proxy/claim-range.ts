// Makes a whole range of addresses local to this machine with one route, so that each of them can be listened on.
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import type {Logger} from '../lib/logger.ts'
import {borrowNonlocalBind, returnNonlocalBind} from './nonlocal-bind.ts'

const isIpv6 = (range: string): boolean => range.includes(':')

const route = (action: 'replace' | 'del', range: string): Promise<unknown> =>
  promisify(execFile)('ip', [...(isIpv6(range) ? ['-6'] : []), 'route', action, 'local', range, 'dev', 'lo'])

/** Undone by the disposal. Without the right to do it the cluster IPs stay unreachable, which the log says. */
export const claimRange = async (range: string, logger: Logger): Promise<AsyncDisposable> => {
  try {
    await route('replace', range)
    if (isIpv6(range)) borrowNonlocalBind(range)
  } catch (error) {
    logger.warn('cannot make the service range local: services are reachable by node port only', {range, error})
    return {[Symbol.asyncDispose]: async () => undefined}
  }
  return {[Symbol.asyncDispose]: () => releaseRange(range)}
}

/** Safe where there is no such route. */
export const releaseRange = async (range: string): Promise<void> => {
  await route('del', range).catch(() => undefined)
  if (isIpv6(range)) returnNonlocalBind(range)
}
