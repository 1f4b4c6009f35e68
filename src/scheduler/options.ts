// What the daemon gives to the scheduler.
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {EventRecorder, InformerSource} from '../reconcile/contract.ts'
import type {Plugin} from './framework.ts'

export const SCHEDULER_NAME = 'default-scheduler'

export interface SchedulerOptions {
  readonly client: ApiClient
  readonly informers: InformerSource
  readonly events: EventRecorder
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Which pods are this scheduler's (`spec.schedulerName`). Default: `default-scheduler`. */
  readonly name?: string | undefined
  /** Default: all of index.ts. */
  readonly plugins?: readonly Plugin[] | undefined
}
