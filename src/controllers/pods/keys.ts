// Which owners a change of a pod (or of whatever else owners have) concerns.
import type {KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {Cached, Change, ReconcileContext, WatchSpec} from '../../reconcile/contract.ts'
import {controllerOf} from '../objects/owners.ts'

export interface OwnerKeysOptions<Owner extends KubeObject> {
  readonly owners: Resource<Owner>
  /** Would this owner take that orphan? Without it orphans concern nobody. */
  readonly selects?: (owner: Cached<Owner>, labels: Readonly<Record<string, string>>) => boolean
}

const noKeys: readonly string[] = []
const noLabels = {}

/** The controlling owner, before and after; for what has none, every owner in the namespace that would take it. */
export const ownerKeys = <Child extends KubeObject, Owner extends KubeObject>({
  owners,
  selects,
}: OwnerKeysOptions<Owner>): NonNullable<WatchSpec<Child>['toKeys']> => {
  const keysOf = (object: Cached<KubeObject>, context: ReconcileContext): readonly string[] => {
    const {namespace = '', labels = noLabels} = object.metadata
    const reference = controllerOf(object)
    const cache = context.cache(owners)
    if (reference) {
      if (reference.kind !== owners.kind) return noKeys
      const owner = cache.get({namespace, name: reference.name})
      return owner?.metadata.uid === reference.uid ? [`${namespace}/${reference.name}`] : noKeys
    }
    if (!selects || object.metadata.deletionTimestamp !== undefined) return noKeys
    return cache
      .list(namespace)
      .filter((owner) => selects(owner, labels))
      .map(({metadata}) => `${namespace}/${metadata.name}`)
  }
  return ({type, object, previous}: Change<Child>, context) => {
    const now = object as unknown as Cached<KubeObject>
    const before = previous as unknown as Cached<KubeObject> | undefined
    if (type === 'deleted') return controllerOf(now) ? keysOf(now, context) : noKeys
    const keys = keysOf(now, context)
    if (!before || controllerOf(before)?.uid === controllerOf(now)?.uid) return keys
    return [...keys, ...keysOf(before, context)]
  }
}
