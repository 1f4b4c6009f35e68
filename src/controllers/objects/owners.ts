// Who an object belongs to.
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {apiVersionOf, type Resource} from '../../api/resource.ts'
import type {OwnerReference} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'

export const controllerOf = (object: DeepReadonly<KubeObject>): DeepReadonly<OwnerReference> | undefined =>
  object.metadata?.ownerReferences?.find(({controller}) => controller === true)

export const isControlledBy = (object: DeepReadonly<KubeObject>, {metadata}: Cached<KubeObject>): boolean =>
  controllerOf(object)?.uid === metadata.uid

export const controllerReference = (resource: Resource, {metadata}: Cached<KubeObject>): OwnerReference => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

/** Index `orphan`: what no controller owns, by namespace. */
export const orphanIndex = (object: Cached<KubeObject>): readonly string[] =>
  object.metadata.namespace && !controllerOf(object) ? [object.metadata.namespace] : []
