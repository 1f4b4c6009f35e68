// StorageClass and VolumeAttributesClass: whose volumes they are, and how those are made.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {byteLength} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {StorageClass, VolumeAttributesClass} from '../../schema/types.gen.ts'
import {checkOneOf, checkOptionalOneOf, checkQualifiedName, checkRequired, immutable} from '../checks.ts'

const mostParameters = 512
const parameterBytes = 256 * 1024

const validateProvisioner = (name: string | undefined, path: string, errors: FieldErrors): void => {
  if (checkRequired(name, path, errors)) checkQualifiedName(name?.toLowerCase(), path, errors)
}

const validateParameters = (parameters: {[key: string]: string} = {}, errors: FieldErrors): void => {
  const entries = Object.entries(parameters)
  if (entries.length > mostParameters) {
    errors.tooLong('parameters', mostParameters)
    return
  }
  for (const [key] of entries) if (key === '') errors.invalid('parameters', key, 'field can not be empty.')
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  if (size > parameterBytes) errors.tooLong('parameters', parameterBytes)
}

const validateTopologies = ({allowedTopologies = []}: StorageClass, errors: FieldErrors): void => {
  for (const [index, {matchLabelExpressions = []}] of allowedTopologies.entries()) {
    const keys = new Set<string>()
    for (const [at, {key, values = []}] of matchLabelExpressions.entries()) {
      const path = `allowedTopologies[${index}].matchLabelExpressions[${at}]`
      if (values.length === 0) errors.required(`${path}.values`)
      for (const [place, value] of values.entries())
        if (values.indexOf(value) < place) errors.duplicate(`${path}.values[${place}]`, value)
      checkQualifiedName(key, `${path}.key`, errors)
      if (keys.has(key)) errors.duplicate(`${path}.key`, key)
      keys.add(key)
    }
  }
}

const validateClass = (object: StorageClass, errors: FieldErrors): void => {
  validateProvisioner(object.provisioner, 'provisioner', errors)
  validateParameters(object.parameters, errors)
  checkOptionalOneOf(object.reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy', errors)
  if (object.volumeBindingMode === undefined) errors.required('volumeBindingMode')
  else checkOneOf(object.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode', errors)
  validateTopologies(object, errors)
}

export const storageClassStrategy: Strategy<StorageClass> = {
  default: (object) => {
    object.reclaimPolicy ??= 'Delete'
    object.volumeBindingMode ??= 'Immediate'
  },
  validate: validateClass,
  validateUpdate: (object, old, errors) => {
    if (!isSame(object.parameters, old.parameters))
      errors.forbidden('parameters', 'updates to parameters are forbidden.')
    if (object.provisioner !== old.provisioner) errors.forbidden('provisioner', 'updates to provisioner are forbidden.')
    if (object.reclaimPolicy !== old.reclaimPolicy)
      errors.forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.')
    if (object.volumeBindingMode !== old.volumeBindingMode)
      errors.invalid('volumeBindingMode', object.volumeBindingMode ?? null, immutable)
  },
  warnings: ({allowedTopologies}) =>
    (allowedTopologies ?? []).flatMap(({matchLabelExpressions}, index) =>
      (matchLabelExpressions ?? []).flatMap(({key}, at) =>
        key === 'failure-domain.beta.kubernetes.io/zone' || key === 'failure-domain.beta.kubernetes.io/region'
          ? [
              `allowedTopologies[${index}].matchLabelExpressions[${at}].key: deprecated since v1.17; use ${JSON.stringify(key.replace('failure-domain.beta', 'topology'))} instead`,
            ]
          : [],
      ),
    ),
  returnsDeleted: true,
}

export const volumeAttributesClassStrategy: Strategy<VolumeAttributesClass> = {
  validate: ({driverName, parameters}, errors) => {
    validateProvisioner(driverName, 'driverName', errors)
    validateParameters(parameters, errors)
    if (Object.keys(parameters ?? {}).length === 0)
      errors.required('parameters', 'must contain at least one key/value pair')
  },
  validateUpdate: (object, old, errors) => {
    if (object.driverName !== old.driverName) errors.forbidden('driverName', 'updates to driverName are forbidden.')
    if (!isSame(object.parameters, old.parameters))
      errors.forbidden('parameters', 'updates to parameters are forbidden.')
  },
  returnsDeleted: true,
}
