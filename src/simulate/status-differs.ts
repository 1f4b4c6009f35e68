// Whether a pod's status has to be written again. Times of conditions do not count: only what they say does.
import {isDeepStrictEqual} from 'node:util'
import type {DeepReadonly} from '../api/object.ts'
import type {PodCondition, PodStatus} from '../api/schema/types.gen.ts'

const said = (conditions: DeepReadonly<PodCondition[]> | undefined): string =>
  (conditions ?? [])
    .map(({type, status}) => `${type}=${status}`)
    .sort()
    .join()

/** Without what is undefined: the server does not keep it. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

export const statusDiffers = (current: DeepReadonly<PodStatus> | undefined, wanted: PodStatus): boolean =>
  said(current?.conditions) !== said(wanted.conditions) ||
  Object.entries(wanted).some(
    ([field, value]) =>
      field !== 'conditions' && !isDeepStrictEqual(plain(current?.[field as keyof PodStatus]), plain(value)),
  )
