// Which objects of a resource a list, a watch or a collection's deletion is about.
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {badRequest} from '../errors.ts'
import type {Shared} from '../registry/objects.ts'
import type {Call} from './call.ts'
import {type FieldRequirement, fieldSelectorOf} from './field-selector.ts'
import {parseLabelSelector} from './label-selector.ts'

export interface Selection {
  /** Absent: everything. */
  readonly matches?: ((object: Shared) => boolean) | undefined
  /** Set where the field selector asks for one name or namespace: then only these keys need be looked at. */
  readonly name?: string | undefined
  readonly namespace?: string | undefined
}

const fieldOf = (kind: Kind, path: string): ((object: Shared) => string) | undefined => {
  if (path === 'metadata.name') return (object) => object.metadata.name
  if (path === 'metadata.namespace' && kind.resource.namespaced) return (object) => object.metadata.namespace ?? ''
  const read = kind.selectableFields[path]
  return read && ((object) => read(object as KubeObject))
}

const unknownField = (kind: Kind, path: string): never => {
  const names = kind.resource.namespaced ? '"metadata.name", "metadata.namespace"' : '"metadata.name"'
  if (kind.custom || Object.keys(kind.selectableFields).length > 0)
    throw badRequest(`field label not supported: ${path}`)
  throw badRequest(`"${path}" is not a known field selector: only ${names}`)
}

const fieldMatcher = (kind: Kind, requirements: readonly FieldRequirement[]): ((object: Shared) => boolean) => {
  const tests = requirements.map(({path, equal, value}) => {
    const read = fieldOf(kind, path) ?? unknownField(kind, path)
    return (object: Shared): boolean => (read(object) === value) === equal
  })
  return (object) => tests.every((test) => test(object))
}

const exactly = (requirements: readonly FieldRequirement[], path: string): string | undefined =>
  requirements.find((requirement) => requirement.path === path && requirement.equal)?.value

export const selectionOf = (call: Call, kind: Kind): Selection => {
  const {query} = call.info
  const labelText = query.get('labelSelector') ?? ''
  const fieldText = query.get('fieldSelector') ?? ''
  const byLabel = labelText === '' ? undefined : parseLabelSelector(labelText)
  const requirements = fieldText === '' ? [] : fieldSelectorOf(fieldText)
  const byField = requirements.length > 0 ? fieldMatcher(kind, requirements) : undefined
  const name = exactly(requirements, 'metadata.name')
  return {
    matches:
      byLabel && byField
        ? (object) => byLabel(object.metadata.labels) && byField(object)
        : byLabel
          ? (object) => byLabel(object.metadata.labels)
          : byField,
    name: call.info.name === '' ? name : call.info.name,
    namespace: exactly(requirements, 'metadata.namespace'),
  }
}
