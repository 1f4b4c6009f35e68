// Only one of several masters works: whoever holds the Lease. As Kubernetes does it: the holder renews every two
// seconds and gives up when it could not for ten; others take over when they saw no renewal for fifteen.
import {hasReason} from '../api/errors.ts'
import type {ObjectName, Stored} from '../api/object.ts'
import {leases} from '../api/resources.ts'
import type {Lease, LeaseSpec} from '../api/schema/types.gen.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'

export interface LeaderElectionOptions {
  readonly client: ApiClient
  readonly lease: ObjectName
  /** Unique among the masters. */
  readonly identity: string
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly leaseMs?: number
  readonly renewDeadlineMs?: number
  readonly retryMs?: number
  /** Works while leading; its signal is aborted when the lease is lost. */
  readonly lead: (signal: AbortSignal) => Promise<void>
}

interface Observed {
  /** Holder and renewal as last seen, and when that was: other machines' clocks do not matter. */
  readonly record: string
  readonly sinceMs: number
}

/** Settles when the signal is aborted, and the lease, if held, has been given back. */
export const runAsLeader = async (options: LeaderElectionOptions): Promise<void> => {
  const {signal, clock, logger} = options
  const election = new Election(options)
  while (!signal.aborted) {
    if (await election.tryOnce()) {
      logger.info('leading', {lease: options.lease.name})
      await leadUntilLost(election, options)
      logger.info('leading no more', {lease: options.lease.name})
    }
    await clock.sleep(options.retryMs ?? 2_000, signal).catch(() => undefined)
  }
}

const leadUntilLost = async (election: Election, options: LeaderElectionOptions): Promise<void> => {
  const {clock, renewDeadlineMs = 10_000, retryMs = 2_000} = options
  const lost = new AbortController()
  const signal = AbortSignal.any([options.signal, lost.signal])
  const work = options.lead(signal).finally(() => lost.abort(new Error('the work has ended')))
  let renewedMs = clock.monotonic()
  while (!signal.aborted) {
    await clock.sleep(retryMs, signal).catch(() => undefined)
    if (signal.aborted) break
    if (await election.tryOnce()) renewedMs = clock.monotonic()
    else if (clock.monotonic() - renewedMs > renewDeadlineMs) lost.abort(new Error('the lease is lost'))
  }
  await work
  await election.release()
}

class Election {
  readonly #options: LeaderElectionOptions
  #observed: Observed | undefined

  constructor(options: LeaderElectionOptions) {
    this.#options = options
  }

  /** Takes or renews the lease. */
  async tryOnce(): Promise<boolean> {
    const {client, lease, signal, logger} = this.#options
    try {
      const current = await client.get(leases, lease, {signal}).catch((error: unknown) => {
        if (hasReason(error, 'NotFound')) return undefined
        throw error
      })
      if (!current) {
        await client.create(leases, {metadata: {...lease}, spec: this.#spec(undefined)}, {signal})
        return true
      }
      if (!this.#mayTake(current)) return false
      await client.update(leases, {...current, spec: this.#spec(current.spec)}, {signal})
      return true
    } catch (error) {
      if (!signal.aborted && !hasReason(error, 'Conflict', 'AlreadyExists'))
        logger.warn('lease not renewed', {lease: lease.name, error})
      return false
    }
  }
  async release(): Promise<void> {
    const {client, lease, identity} = this.#options
    try {
      const current = await client.get(leases, lease)
      if (current.spec?.holderIdentity !== identity) return
      await client.update(leases, {
        ...current,
        spec: {...current.spec, holderIdentity: undefined, leaseDurationSeconds: 1},
      })
    } catch (error) {
      this.#options.logger.debug('lease not given back, it will run out', {lease: lease.name, error})
    }
  }

  #mayTake({spec}: Stored<Lease>): boolean {
    const {identity, clock, leaseMs = 15_000} = this.#options
    if (!spec?.holderIdentity || spec.holderIdentity === identity) return true
    const record = `${spec.holderIdentity}|${spec.renewTime}`
    if (this.#observed?.record !== record) this.#observed = {record, sinceMs: clock.monotonic()}
    return clock.monotonic() - this.#observed.sinceMs > leaseMs
  }
  #spec(old: LeaseSpec | undefined): LeaseSpec {
    const {identity, clock, leaseMs = 15_000} = this.#options
    const now = new Date(clock.now()).toISOString().replace('Z', '000Z')
    const isSame = old?.holderIdentity === identity
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.round(leaseMs / 1000),
      acquireTime: isSame ? old.acquireTime : now,
      renewTime: now,
      leaseTransitions: (old?.leaseTransitions ?? 0) + (old && !isSame ? 1 : 0),
    }
  }
}
