// What is wrong with a CustomResourceDefinition.
import type {FieldErrors} from '../../field-errors.ts'
import type {CustomResourceDefinition} from '../../schema/types.gen.ts'

export const validateDefinition = (crd: CustomResourceDefinition, errors: FieldErrors): void => {
  const expected = `${crd.spec.names?.plural}.${crd.spec.group}`
  if (crd.metadata?.name !== expected)
    errors.invalid('metadata.name', crd.metadata?.name, `must be spec.names.plural+"."+spec.group`)
}

export const validateDefinitionUpdate = (
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition,
  errors: FieldErrors,
): void => {
  if (crd.spec.group !== old.spec.group) errors.invalid('spec.group', crd.spec.group, 'field is immutable')
}
