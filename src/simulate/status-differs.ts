// Whether a pod's status has to be written again. Times of conditions do not count: only what they say does.
import {isSame} from '../api/meta/same.ts'
import type {DeepReadonly} from '../api/object.ts'
import type {PodCondition, PodStatus} from '../api/schema/types.gen.ts'

const said = (conditions: DeepReadonly<PodCondition[]> | undefined): string =>
  (conditions ?? [])
    .map(({type, status}) => `${type}=${status}`)
    .sort()
    .join()

export const statusDiffers = (current: DeepReadonly<PodStatus> | undefined, wanted: PodStatus): boolean =>
  said(current?.conditions) !== said(wanted.conditions) ||
  Object.entries(wanted).some(
    ([field, value]) => field !== 'conditions' && !isSame(current?.[field as keyof PodStatus], value),
  )
