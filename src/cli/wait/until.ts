// Watches one object until a condition holds.
import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import {type Info, listUrl} from '../input/select.ts'
import {type Obj, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {isClosed, watchEvents} from '../watch/events.ts'

export type Target = Pick<Info, 'resource' | 'namespace' | 'name'>

export interface Deadline {
  /** Zero: look once. */
  readonly once: boolean
  readonly signal: AbortSignal
}

const WEEK_MS = 7 * 24 * 3_600_000
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const deadlineAfter = (timeoutMs: number): Deadline => ({
  once: timeoutMs === 0,
  signal: AbortSignal.timeout(Math.min(timeoutMs < 0 ? WEEK_MS : timeoutMs, LONGEST_TIMER_MS)),
})

export class ConditionTimeout extends Error {
  override readonly name = 'ConditionTimeout'
  constructor({resource, name}: Target) {
    super(`timed out waiting for the condition on ${resource.plural}/${name}`)
  }
}

/** The object now; undefined: there is none. */
const current = async (client: ApiClient, {resource, namespace, name}: Target): Promise<Obj | undefined> => {
  try {
    return await getJson<Obj>(client, pathOf(resource, {namespace, name}))
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

const watchUrl = ({resource, namespace, name}: Target, object: Obj | undefined): string =>
  listUrl(resource, namespace, {
    watch: 'true',
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: object === undefined ? '0' : textAt(object, 'metadata', 'resourceVersion'),
  })

/** `settled` sees the object, or undefined when it is not there, and says what to answer; undefined: go on. */
export const untilSettled = async <Answer>(
  client: ApiClient,
  target: Target,
  deadline: Deadline,
  settled: (object: Obj | undefined) => Answer | undefined,
): Promise<Answer> => {
  for (;;) {
    const object = await current(client, target)
    const answer = settled(object)
    if (answer !== undefined) return answer
    if (deadline.once || deadline.signal.aborted) throw new ConditionTimeout(target)
    try {
      for await (const event of watchEvents(client, watchUrl(target, object), {signal: deadline.signal})) {
        const seen = settled(event.type === 'DELETED' ? undefined : event.object)
        if (seen !== undefined) return seen
      }
    } catch (error) {
      if (deadline.signal.aborted) throw new ConditionTimeout(target)
      if (!isClosed(error) && !hasReason(error, 'Expired', 'Gone')) throw error
    }
    if (deadline.signal.aborted) throw new ConditionTimeout(target)
  }
}
