// Jobs that ended go after the time they asked for.
import {unlessReason} from '../api/errors.ts'
import {jobs} from '../api/resources.ts'
import type {Job} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, watching} from '../reconcile/contract.ts'
import {timeMs} from './objects/times.ts'

const endedMs = ({status}: Cached<Job>): number | undefined => {
  const end = status?.conditions?.find(
    ({type, status: is}) => is === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  return end && timeMs(end.lastTransitionTime)
}

export const ttlAfterFinishedController: ControllerSpec = {
  name: 'ttl-after-finished-controller',
  identity: 'ttl-after-finished-controller',
  watches: [watching({resource: jobs})],
  reconcile: async (key, {cache, client, clock}) => {
    const job = cache(jobs).getByKey(key)
    const ttl = job?.spec?.ttlSecondsAfterFinished
    const sinceMs = job && endedMs(job)
    if (!job || ttl === undefined || sinceMs === undefined || job.metadata.deletionTimestamp) return undefined
    const leftMs = sinceMs + ttl * 1000 - clock.now()
    if (leftMs > 0) return {requeueAfterMs: leftMs}
    const {namespace, name, uid} = job.metadata
    await client
      .delete(jobs, {namespace, name}, {propagationPolicy: 'Foreground', preconditions: {uid}})
      .catch(unlessReason('NotFound', 'Conflict'))
    return undefined
  },
}
