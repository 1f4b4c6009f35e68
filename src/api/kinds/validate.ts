// Everything that is wrong with an object, in the order Kubernetes finds it.
import {FieldErrors} from '../field-errors.ts'
import type {Kind} from '../kind.ts'
import type {KubeObject} from '../object.ts'
import {validateMetadata, validateMetadataUpdate} from './metadata.ts'

export const validateNew = (kind: Kind, object: KubeObject): FieldErrors => {
  const errors = new FieldErrors()
  validateMetadata(kind, object, errors)
  kind.strategy.validate?.(object, errors)
  return errors
}

/**
 * Metadata is looked at by the server for all kinds and once more by the kind: clients see such causes twice (the
 * message names them once).
 */
export const validateChange = (kind: Kind, object: KubeObject, old: KubeObject): FieldErrors => {
  const errors = new FieldErrors()
  validateMetadataUpdate(object, old, errors)
  validateMetadataUpdate(object, old, errors)
  kind.strategy.validateUpdate?.(object, old, errors)
  if (!kind.strategy.validateOnlyUpdate) {
    validateMetadata(kind, object, errors)
    kind.strategy.validate?.(object, errors)
  }
  return errors
}

/** Objects are checked in the version they are kept in: that is what errors name. */
export const checkedResource = ({resource, storage}: Kind): Kind['resource'] => storage?.resource ?? resource
