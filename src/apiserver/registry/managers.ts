// Who set which field: metadata.managedFields, kept on every write.
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {type FieldSet, setOfFields} from '../../api/patch/fields/set.ts'
import {type Entries, trackUpdate as track} from '../../api/patch/managed-fields.ts'
import {apiVersionOf} from '../../api/resource.ts'
import type {ManagedFieldsEntry} from '../../api/schema/types.gen.ts'
import type {Shared} from './objects.ts'

export interface Manager {
  readonly name: string
  readonly subresource?: string | undefined
  readonly nowMs: number
}

const status = setOfFields('status')
const nothing: FieldSet = {}
const outsideStatus = new WeakMap<Kind, FieldSet>()

/** What a path cannot set: the status on the main path, everything else on the status path. */
export const ignoredFields = (kind: Kind, subresource: string | undefined): FieldSet => {
  if (subresource === undefined) return 'status' in kind.subresources ? status : nothing
  if (subresource !== 'status') return nothing
  let ignored = outsideStatus.get(kind)
  if (!ignored) {
    const fields = Object.keys(kind.schema.properties ?? {}).filter(
      (field) => !['apiVersion', 'kind', 'metadata', 'status'].includes(field),
    )
    outsideStatus.set(kind, (ignored = setOfFields(...fields)))
  }
  return ignored
}

export const setManagers = (object: KubeObject, entries: Entries | undefined): void => {
  const metadata = (object.metadata ??= {})
  if (entries && entries.length > 0) metadata.managedFields = entries as ManagedFieldsEntry[]
  else delete metadata.managedFields
}

/** After a create (no `old`), update or patch: the manager owns what it changed. Writes to `object`. */
export const trackUpdate = (kind: Kind, object: KubeObject, old: Shared | undefined, manager: Manager): void => {
  setManagers(
    object,
    track({
      old: old as KubeObject | undefined,
      object,
      manager: manager.name,
      apiVersion: apiVersionOf(kind.resource),
      subresource: manager.subresource,
      timeMs: manager.nowMs,
      schema: kind.schema,
      ignored: ignoredFields(kind, manager.subresource),
    }),
  )
}
