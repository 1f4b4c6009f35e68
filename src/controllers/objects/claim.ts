// Adoption and release: an owner takes what matches its selector and belongs to nobody, and lets go what matches no more.
import {unlessReason} from '../../api/errors.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {Cache, Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {controllerOf, controllerReference} from './owners.ts'

export interface ClaimPlan<T extends KubeObject> {
  readonly owned: readonly Cached<T>[]
  readonly adopt: readonly Cached<T>[]
  readonly release: readonly Cached<T>[]
}

/** What an owner has or may want: its own, and what is nobody's in its namespace. Needs the index `orphan`. */
export const candidates = <T extends KubeObject>(cache: Cache<T>, owner: Cached<KubeObject>): readonly Cached<T>[] => {
  const own = cache.byIndex('owner', owner.metadata.uid)
  const orphans = cache.byIndex('orphan', owner.metadata.namespace ?? '')
  return orphans.length === 0 ? own : [...own, ...orphans]
}

export const planClaim = <T extends KubeObject>(
  objects: readonly Cached<T>[],
  owner: Cached<KubeObject>,
  matches: (object: Cached<T>) => boolean,
): ClaimPlan<T> => {
  const isOwnerGoing = owner.metadata.deletionTimestamp !== undefined
  const owned: Cached<T>[] = []
  const adopt: Cached<T>[] = []
  const release: Cached<T>[] = []
  for (const object of objects) {
    const reference = controllerOf(object as DeepReadonly<KubeObject>)
    if (reference) {
      if (reference.uid !== owner.metadata.uid) continue
      if (matches(object)) owned.push(object)
      else if (!isOwnerGoing) release.push(object)
    } else if (!isOwnerGoing && object.metadata.deletionTimestamp === undefined && matches(object)) adopt.push(object)
  }
  return {owned, adopt, release}
}

export interface ClaimOptions<T extends KubeObject, Owner extends KubeObject> {
  readonly resource: Resource<T>
  readonly ownerResource: Resource<Owner>
  readonly owner: Cached<Owner>
  readonly objects: readonly Cached<T>[]
  readonly matches: (object: Cached<T>) => boolean
  /** Taken off together with the owner reference. */
  readonly finalizer?: string | undefined
}

/** Carries the plan out; returns what the owner has now. */
export const claim = async <T extends KubeObject, Owner extends KubeObject>(
  options: ClaimOptions<T, Owner>,
  {client}: ReconcileContext,
): Promise<readonly Cached<T>[]> => {
  const {resource, ownerResource, objects, matches, finalizer} = options
  const owner = options.owner as unknown as Cached<KubeObject>
  const {owned, adopt, release} = planClaim(objects, owner, matches)
  await Promise.all(
    release.map((object) => {
      const {namespace, name, uid, finalizers} = object.metadata
      const metadata = {
        uid,
        ownerReferences: [{$patch: 'delete', uid: owner.metadata.uid}],
        ...(finalizer && finalizers?.includes(finalizer) ? {'$deleteFromPrimitiveList/finalizers': [finalizer]} : {}),
      }
      // Gone, or another one of the same name: nothing to let go.
      return client
        .patch(resource, {namespace, name}, {type: 'strategic', body: {metadata}})
        .catch(unlessReason('NotFound', 'Invalid'))
    }),
  )
  if (adopt.length === 0) return owned
  // The cache may not know yet that the owner is going.
  const fresh = await client.get(ownerResource, {namespace: owner.metadata.namespace, name: owner.metadata.name})
  if (fresh.metadata.uid !== owner.metadata.uid || fresh.metadata.deletionTimestamp !== undefined) return owned
  const reference = controllerReference(ownerResource, owner)
  const adopted = await Promise.all(
    adopt.map(({metadata: {namespace, name, uid, finalizers}}) => {
      const metadata = {
        uid,
        ownerReferences: [reference],
        ...(finalizer && !finalizers?.includes(finalizer) ? {finalizers: [finalizer]} : {}),
      }
      return client
        .patch(resource, {namespace, name}, {type: 'strategic', body: {metadata}})
        .catch(unlessReason('NotFound'))
    }),
  )
  return [...owned, ...adopted.filter((object) => object !== undefined).map((object) => object as unknown as Cached<T>)]
}
