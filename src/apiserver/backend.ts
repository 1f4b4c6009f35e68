// What every handler works with.
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {Store} from '../store/contract.ts'
import type {AdmissionChain} from './admission/chain.ts'
import type {Authenticator} from './auth/authenticate.ts'
import type {Authorizer} from './auth/authorizer.ts'
import type {Review} from './auth/reviews.ts'
import type {Tokens} from './auth/tokens.ts'
import type {NodeConnector, Route} from './contract.ts'
import type {KindTable} from './kind-table.ts'
import type {AuditLog} from './observe/audit.ts'
import type {Metrics} from './observe/metrics.ts'
import type {Objects} from './registry/objects.ts'
import type {Call} from './request/call.ts'
import type {Answer} from './respond/answer.ts'
import type {Frames} from './watch/events.ts'
import type {WatchHub} from './watch/hub.ts'

export type Page = (call: Call, path: string) => Answer | undefined | Promise<Answer | undefined>

export interface Backend {
  readonly store: Store
  readonly kinds: KindTable
  readonly objects: Objects
  readonly hub: WatchHub
  readonly frames: Frames
  readonly admission: AdmissionChain
  readonly authorizer: Authorizer
  readonly authenticator: Authenticator
  readonly tokens: Tokens
  /** Answers instead of the generic handlers: reviews. By plural. */
  readonly reviews: Readonly<Record<string, Review>>
  /** Answers to paths that name no resource; the first that knows the path wins. */
  readonly pages: readonly Page[]
  /** Paths that belong to others: asked before everything else. */
  readonly routes: readonly Route[]
  readonly nodeConnector: NodeConnector | undefined
  readonly metrics: Metrics
  readonly audit: AuditLog | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}
