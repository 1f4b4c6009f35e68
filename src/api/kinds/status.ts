// The status subresource: status changes, the rest stays as it was (metadata may follow).
import type {Subresource} from '../kind.ts'
import type {KubeObject} from '../object.ts'

const ownFields = new Set(['apiVersion', 'kind', 'metadata', 'status'])

/** Puts back everything that is neither metadata nor status. */
export const keepAllButStatus = (object: KubeObject, old: KubeObject): void => {
  const target = object as {[field: string]: unknown}
  const source = old as {[field: string]: unknown}
  for (const field of Object.keys(target)) if (!ownFields.has(field)) delete target[field]
  for (const [field, value] of Object.entries(source)) if (!ownFields.has(field)) target[field] = value
}

export const keepStatus = (object: KubeObject, old: KubeObject): void => {
  const target = object as {status?: unknown}
  const {status} = old as {status?: unknown}
  if (status === undefined) delete target.status
  else target.status = status
}

export const dropStatus = (object: KubeObject): void => {
  delete (object as {status?: unknown}).status
}

export const statusSubresource: Subresource = {
  verbs: ['get', 'patch', 'update'],
  prepareForUpdate: keepAllButStatus,
}
