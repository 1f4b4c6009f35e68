// The names of a definition, wanted or accepted.
import type {FieldErrors} from '../../field-errors.ts'
import {dns1035Label} from '../../meta/names.ts'
import type {CustomResourceDefinitionNames} from '../../schema/types.gen.ts'

const mixedCase = 'may have mixed case, but should otherwise match: '

export const checkNames = (names: CustomResourceDefinitionNames, path: string, errors: FieldErrors): void => {
  const label = (field: string, value: string | undefined, note = ''): void => {
    const complaints = value ? dns1035Label(note === '' ? value : value.toLowerCase()) : []
    if (complaints.length > 0) errors.invalid(`${path}.${field}`, value, note + complaints.join(','))
  }
  label('plural', names.plural)
  label('singular', names.singular)
  label('kind', names.kind, mixedCase)
  label('listKind', names.listKind, mixedCase)
  for (const [index, name] of (names.shortNames ?? []).entries()) label(`shortNames[${index}]`, name || ' ')
  if (names.kind && names.kind === names.listKind)
    errors.invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same')
  for (const [index, name] of (names.categories ?? []).entries()) label(`categories[${index}]`, name || ' ')
}

/** Who wants names must say all of these. */
export const requireNames = (names: CustomResourceDefinitionNames, path: string, errors: FieldErrors): void => {
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names[field]) errors.required(`${path}.${field}`)
}
