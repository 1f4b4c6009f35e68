// Who set which field: metadata.managedFields.
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import type {Shared} from './objects.ts'

export interface Manager {
  readonly name: string
  readonly subresource?: string | undefined
  readonly nowMs: number
}

/** After a create (no `old`), update or patch: the manager owns what it changed. Writes to `object`. */
export const trackUpdate = (_kind: Kind, _object: KubeObject, _old: Shared | undefined, _manager: Manager): void => {}
