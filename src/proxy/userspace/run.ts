// The proxy without nftables: this process listens on every service's addresses and passes on what comes.
// Their range is local to this machine (claim-range.ts).
import {once} from 'node:events'
import type {Place} from '../../api/service-ports.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import type {InformerSource} from '../../reconcile/contract.ts'
import {watchServicePorts} from '../../reconcile/service-ports.ts'
import {Entrances} from './entrances.ts'

export interface UserspaceOptions {
  readonly informers: InformerSource
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly place: Place
  readonly nodeAddresses: readonly string[]
}

export const runUserspaceProxy = async (options: UserspaceOptions): Promise<void> => {
  const {logger, signal} = options
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
