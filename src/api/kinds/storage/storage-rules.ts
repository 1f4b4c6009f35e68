// Storage classes, attachments, drivers.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {canonicalQuantity, quantitySign} from '../../meta/quantity.ts'
import {isSame} from '../../meta/same.ts'
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
} from '../../schema/types.gen.ts'
import {checkOneOf, checkOptionalOneOf, checkQualifiedName, checkRequired, immutable} from '../checks.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'
import {dropStatus, keepStatus} from '../status.ts'

const validateClass = (object: StorageClass, errors: FieldErrors): void => {
  if (checkRequired(object.provisioner, 'provisioner', errors))
    checkQualifiedName(object.provisioner.toLowerCase(), 'provisioner', errors)
  const parameters = Object.entries(object.parameters ?? {})
  if (parameters.length > 512) errors.tooLong('parameters', 512)
  for (const [key] of parameters) if (key === '') errors.invalid('parameters', key, 'field can not be empty.')
  checkOptionalOneOf(object.reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy', errors)
  if (object.volumeBindingMode === undefined) errors.required('volumeBindingMode')
  else checkOneOf(object.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode', errors)
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

export const csiDriverStrategy: Strategy<CSIDriver> = {
  default: ({spec}) => {
    if (!spec) return
    spec.attachRequired ??= true
    spec.podInfoOnMount ??= false
    spec.storageCapacity ??= false
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent']
    spec.requiresRepublish ??= false
    spec.seLinuxMount ??= false
  },
  validate: ({metadata, spec}, errors) => {
    checkCsiDriverName(metadata?.name, 'metadata.name', errors)
    if (spec?.attachRequired === undefined) errors.required('spec.attachedRequired')
    if (spec?.podInfoOnMount === undefined) errors.required('spec.podInfoOnMount')
    if (spec?.storageCapacity === undefined) errors.required('spec.storageCapacity')
    checkOptionalOneOf(spec?.fsGroupPolicy, ['ReadWriteOnceWithFSType', 'File', 'None'], 'spec.fsGroupPolicy', errors)
    for (const mode of spec?.volumeLifecycleModes ?? [])
      checkOneOf(mode, ['Persistent', 'Ephemeral'], 'spec.volumeLifecycleModes', errors)
    const audiences = (spec?.tokenRequests ?? []).map(({audience}) => audience)
    for (const [index, audience] of audiences.entries())
      if (audiences.indexOf(audience) < index) errors.duplicate(`spec.tokenRequests[${index}].audience`, audience)
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    for (const field of ['attachRequired', 'fsGroupPolicy', 'volumeLifecycleModes'] as const)
      if (!isSame(spec?.[field], old?.[field]))
        errors.invalid(
          field === 'attachRequired' ? 'spec.attachedRequired' : `spec.${field}`,
          spec?.[field] ?? null,
          immutable,
        )
  },
  returnsDeleted: true,
}

export const csiNodeStrategy: Strategy<CSINode> = {
  validate: ({spec}, errors) => {
    const names = new Set<string>()
    for (const [index, driver] of (spec?.drivers ?? []).entries()) {
      const path = `spec.drivers[${index}]`
      checkCsiDriverName(driver.name, `${path}.name`, errors)
      checkRequired(driver.nodeID, `${path}.nodeID`, errors)
      if (names.has(driver.name)) errors.duplicate(`${path}.name`, driver.name)
      names.add(driver.name)
      if (driver.allocatable?.count !== undefined && driver.allocatable.count < 0)
        errors.invalid(`${path}.allocatable.count`, driver.allocatable.count, 'must be greater than or equal to 0')
    }
  },
  returnsDeleted: true,
}

export const csiStorageCapacityStrategy: Strategy<CSIStorageCapacity> = {
  validate: ({storageClassName, capacity, maximumVolumeSize}, errors) => {
    checkRequired(storageClassName, 'storageClassName', errors)
    if (capacity !== undefined && quantitySign(capacity) < 0)
      errors.invalid('capacity', canonicalQuantity(capacity), 'must be greater than or equal to 0')
    if (maximumVolumeSize !== undefined && quantitySign(maximumVolumeSize) < 0)
      errors.invalid('maximumVolumeSize', canonicalQuantity(maximumVolumeSize), 'must be greater than or equal to 0')
  },
  validateUpdate: (object, old, errors) => {
    if (!isSame(object.nodeTopology, old.nodeTopology))
      errors.invalid('nodeTopology', object.nodeTopology ?? null, immutable)
    if (object.storageClassName !== old.storageClassName)
      errors.invalid('storageClassName', object.storageClassName, immutable)
  },
  returnsDeleted: true,
}

export const volumeAttachmentStrategy: Strategy<VolumeAttachment> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: ({spec}, errors) => {
    checkCsiDriverName(spec?.attacher, 'spec.attacher', errors)
    const {persistentVolumeName, inlineVolumeSpec} = spec?.source ?? {}
    if (persistentVolumeName === undefined && !inlineVolumeSpec)
      errors.required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')
    else if (persistentVolumeName !== undefined && inlineVolumeSpec)
      errors.forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')
    else if (persistentVolumeName === '')
      errors.required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName')
    checkRequired(spec?.nodeName, 'spec.nodeName', errors)
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec, old)) errors.invalid('spec', spec, 'field is immutable')
  },
  returnsDeleted: true,
}

export const volumeAttributesClassStrategy: Strategy<VolumeAttributesClass> = {
  validate: ({driverName, parameters}, errors) => {
    checkCsiDriverName(driverName, 'driverName', errors)
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
