// The spec of a claim, in PersistentVolumeClaims, templates and ephemeral volumes.
import type {FieldErrors} from '../../field-errors.ts'
import {canonicalQuantity, quantitySign} from '../../meta/quantity.ts'
import type {PersistentVolumeClaimSpec, TypedLocalObjectReference} from '../../schema/types.gen.ts'
import {checkOneOf, checkSubdomain} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

export const validateAccessModes = (modes: readonly string[] | undefined, path: string, errors: FieldErrors): void => {
  for (const mode of modes ?? []) checkOneOf(mode, accessModes, path, errors)
  if ((modes?.length ?? 0) > 1 && modes?.includes('ReadWriteOncePod'))
    errors.forbidden(path, 'may not use ReadWriteOncePod with other access modes')
}

const validateDataSource = (source: TypedLocalObjectReference, path: string, errors: FieldErrors): void => {
  if (!source.name) errors.required(`${path}.name`)
  if (!source.kind) errors.required(`${path}.kind`)
  const group = source.apiGroup ?? ''
  if (group === '' && source.kind !== 'PersistentVolumeClaim')
    errors.invalid(path, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")
  if (group !== '') checkSubdomain(group, `${path}.apiGroup`, errors)
}

const validateStorageRequest = (spec: PersistentVolumeClaimSpec, path: string, errors: FieldErrors): void => {
  const at = `${path}.resources[storage]`
  const storage = spec.resources?.requests?.storage
  if (storage === undefined) errors.required(at)
  else if (quantitySign(storage) <= 0) errors.invalid(at, canonicalQuantity(storage), 'must be greater than zero')
}

export const validateClaimSpec = (
  spec: PersistentVolumeClaimSpec | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  if (!spec) return
  if (!spec.accessModes?.length) errors.required(`${path}.accessModes`, 'at least 1 access mode is required')
  validateLabelSelector(spec.selector, `${path}.selector`, errors)
  validateAccessModes(spec.accessModes, `${path}.accessModes`, errors)
  validateStorageRequest(spec, path, errors)
  if (spec.storageClassName) checkSubdomain(spec.storageClassName, `${path}.storageClassName`, errors)
  if (spec.volumeMode !== undefined) checkOneOf(spec.volumeMode, ['Block', 'Filesystem'], `${path}.volumeMode`, errors)
  if (spec.dataSource) validateDataSource(spec.dataSource, `${path}.dataSource`, errors)
  if (spec.dataSourceRef) validateDataSource(spec.dataSourceRef, `${path}.dataSourceRef`, errors)
  if (spec.volumeAttributesClassName)
    checkSubdomain(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`, errors)
}
