// Requests that were answered are kept for an hour, those nobody answered for a day.
import {unlessReason} from '../../api/errors.ts'
import {certificateSigningRequests} from '../../api/resources.ts'
import {type ControllerSpec, type Result, watching} from '../../reconcile/contract.ts'
import {timeMs} from '../objects/times.ts'
import type {SigningRequest} from './request.ts'

const HOUR_MS = 3_600_000
const PENDING_MS = 24 * HOUR_MS

const goesAtMs = ({metadata, status}: SigningRequest): number => {
  const answered = status?.conditions?.find(({type}) => ['Approved', 'Denied', 'Failed'].includes(type))
  const answeredMs = timeMs(answered?.lastUpdateTime)
  return Number.isNaN(answeredMs) ? timeMs(metadata?.creationTimestamp) + PENDING_MS : answeredMs + HOUR_MS
}

export const certificateCleaner: ControllerSpec = {
  name: 'certificatesigningrequest-cleaner-controller',
  identity: 'certificate-controller',
  watches: [watching({resource: certificateSigningRequests})],
  reconcile: async (name, {cache, client, clock}): Promise<Result> => {
    const request = cache(certificateSigningRequests).getByKey(name)
    if (!request) return
    const waitMs = goesAtMs(request) - clock.now()
    if (waitMs > 0) return {requeueAfterMs: waitMs}
    await client
      .delete(certificateSigningRequests, {name}, {preconditions: {uid: request.metadata.uid}})
      .catch(unlessReason('NotFound', 'Conflict'))
    return
  },
}
