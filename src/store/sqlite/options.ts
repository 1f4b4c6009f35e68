import {type Clock, systemClock} from '../../lib/clock.ts'
import {type Logger, silentLogger} from '../../lib/logger.ts'

/** How much history keys under a prefix keep. Whatever is beyond any of the three bounds is compacted. */
export interface Retention {
  readonly prefix: string
  /** Versions that are no longer current. */
  readonly maxVersions: number
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export interface StoreOptions {
  readonly file: string
  /** What is kept where no prefix below applies. */
  readonly retention?: Partial<Omit<Retention, 'prefix'>> | undefined
  /** Keys written often and read back never: leases, heartbeats, events. The longest prefix wins. */
  readonly shortHistory?: readonly (Partial<Retention> & {readonly prefix: string})[] | undefined
  /** A watcher whose reader has this many events or bytes waiting is ended with SlowWatcherError. */
  readonly maxWatcherEvents?: number | undefined
  readonly maxWatcherBytes?: number | undefined
  /** How often an idle watcher is told how far it is. */
  readonly progressIntervalMs?: number | undefined
  /** How often an idle store compacts what has grown old. */
  readonly maintenanceIntervalMs?: number | undefined
  /** false: nothing survives a power cut (a kill it does). For throw-away clusters. */
  readonly durable?: boolean | undefined
  readonly clock?: Clock | undefined
  readonly logger?: Logger | undefined
}

export interface StoreSettings {
  readonly file: string
  readonly retention: readonly Retention[]
  readonly maxWatcherEvents: number
  readonly maxWatcherBytes: number
  readonly progressIntervalMs: number
  readonly maintenanceIntervalMs: number
  readonly durable: boolean
  readonly clock: Clock
  readonly logger: Logger
}

const MIB = 1024 * 1024
const LONG = {maxVersions: 20_000, maxBytes: 24 * MIB, maxAgeMs: 3_600_000}
const SHORT = {maxVersions: 1_000, maxBytes: 2 * MIB, maxAgeMs: 60_000}

export const settingsOf = (options: StoreOptions): StoreSettings => ({
  file: options.file,
  retention: [
    {...LONG, ...options.retention, prefix: ''},
    ...(options.shortHistory ?? []).map((short) => ({...SHORT, ...short})),
  ],
  maxWatcherEvents: options.maxWatcherEvents ?? 10_000,
  maxWatcherBytes: options.maxWatcherBytes ?? 32 * MIB,
  progressIntervalMs: options.progressIntervalMs ?? 5_000,
  maintenanceIntervalMs: options.maintenanceIntervalMs ?? 5_000,
  durable: options.durable ?? true,
  clock: options.clock ?? systemClock,
  logger: options.logger ?? silentLogger,
})
