// Waits until an object is no longer there.
import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import {type Info, listUrl} from '../input/select.ts'
import {type Obj, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {isClosed, watchEvents} from './events.ts'

const WEEK_MS = 7 * 24 * 3_600_000

export class WaitTimeout extends Error {
  override readonly name = 'WaitTimeout'
}

/** Gone, or replaced by another of the same name. */
export const waitUntilGone = async (
  client: ApiClient,
  {resource, namespace, name}: Pick<Info, 'resource' | 'namespace' | 'name'>,
  uid: string,
  timeoutMs: number,
): Promise<void> => {
  const signal = AbortSignal.timeout(timeoutMs > 0 ? Math.min(timeoutMs, 2 ** 31 - 1) : Math.min(WEEK_MS, 2 ** 31 - 1))
  for (;;) {
    let current: Obj
    try {
      current = await getJson<Obj>(client, pathOf(resource, {namespace, name}))
    } catch (error) {
      if (hasReason(error, 'NotFound')) return
      throw error
    }
    if (uid !== '' && textAt(current, 'metadata', 'uid') !== uid) return
    const url = listUrl(resource, namespace, {
      watch: 'true',
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: textAt(current, 'metadata', 'resourceVersion'),
    })
    try {
      for await (const {type, object} of watchEvents(client, url, {signal}))
        if (type === 'DELETED' || (uid !== '' && textAt(object, 'metadata', 'uid') !== uid)) return
    } catch (error) {
      if (signal.aborted)
        throw new WaitTimeout(`timed out waiting for the condition on ${resource.plural}/${name}`, {cause: error})
      if (!isClosed(error) && !hasReason(error, 'Expired', 'Gone')) throw error
    }
  }
}
