// The proxy without nftables: this process listens on every service's addresses and passes on what comes.
// The whole service range is made local to this machine first (one route), so that its addresses can be listened on.
import {execFile} from 'node:child_process'
import {once} from 'node:events'
import {promisify} from 'node:util'
import type {Place} from '../../api/service-ports.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import type {InformerSource} from '../../reconcile/contract.ts'
import {watchServicePorts} from '../../reconcile/service-ports.ts'
import {Entrances} from './entrances.ts'

const ip = (...args: string[]): Promise<unknown> => promisify(execFile)('ip', args)

export interface UserspaceOptions {
  readonly informers: InformerSource
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly place: Place
  readonly serviceRange: string
  readonly nodeAddresses: readonly string[]
}

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

export const runUserspaceProxy = async (options: UserspaceOptions): Promise<void> => {
  const {logger, signal, serviceRange} = options
  await using _range = await claimRange(serviceRange, logger)
  await using entrances = new Entrances(options)
  using _ports = await watchServicePorts({
    ...options,
    onChange: ({all, changed}) => {
      for (const key of changed)
        entrances.set(key, all.get(key)).catch((error) => logger.error('service port failed', {key, error}))
    },
  })
  if (!signal.aborted) await once(signal, 'abort')
}
