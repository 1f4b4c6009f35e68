// What a CSI driver says of itself, of the nodes it is on and of the room it has.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {canonicalQuantity, quantitySign} from '../../meta/quantity.ts'
import {isSame} from '../../meta/same.ts'
import type {
  CSIDriver,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  StorageTokenRequest,
} from '../../schema/types.gen.ts'
import {
  checkNonNegative,
  checkOneOf,
  checkOptionalOneOf,
  checkQualifiedName,
  checkRequired,
  checkSubdomain,
  immutable,
} from '../checks.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'
import {validateLabelSelector} from '../label-selector.ts'

const tokenSeconds = {min: 600, max: 2 ** 32}

const validateTokens = (tokens: readonly StorageTokenRequest[], errors: FieldErrors): void => {
  const audiences = tokens.map(({audience}) => audience)
  for (const [index, {audience, expirationSeconds: seconds}] of tokens.entries()) {
    const path = `spec.tokenRequests[${index}]`
    if (audiences.indexOf(audience) < index) errors.duplicate(`${path}.audience`, audience)
    else if (seconds !== undefined && seconds < tokenSeconds.min)
      errors.invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')
    else if (seconds !== undefined && seconds > tokenSeconds.max)
      errors.invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')
  }
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
  validate: ({spec}, errors) => {
    if (spec?.attachRequired === undefined) errors.required('spec.attachedRequired')
    if (spec?.podInfoOnMount === undefined) errors.required('spec.podInfoOnMount')
    if (spec?.storageCapacity === undefined) errors.required('spec.storageCapacity')
    checkOptionalOneOf(spec?.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType'], 'spec.fsGroupPolicy', errors)
    for (const mode of spec?.volumeLifecycleModes ?? [])
      checkOneOf(mode, ['Persistent', 'Ephemeral'], 'spec.volumeLifecycleModes', errors)
    validateTokens(spec?.tokenRequests ?? [], errors)
    const period = spec?.nodeAllocatableUpdatePeriodSeconds
    if (period !== undefined && period < 10)
      errors.invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds')
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    for (const field of ['attachRequired', 'volumeLifecycleModes'] as const)
      if (!isSame(spec?.[field], old?.[field]))
        errors.invalid(
          field === 'attachRequired' ? 'spec.attachedRequired' : `spec.${field}`,
          spec?.[field] ?? null,
          immutable,
        )
  },
  returnsDeleted: true,
}

const longestNodeId = 256

const validateNodeDriver = (driver: CSINodeDriver, path: string, errors: FieldErrors): void => {
  checkCsiDriverName(driver.name, `${path}.name`, errors)
  checkRequired(driver.nodeID, `${path}.nodeID`, errors)
  if ((driver.nodeID ?? '').length > longestNodeId)
    errors.invalid(`${path}.nodeID`, driver.nodeID, `must be ${longestNodeId} characters or less`)
  checkNonNegative(driver.allocatable?.count, `${path}.allocatable.count`, errors)
  const keys = driver.topologyKeys ?? []
  for (const [index, key] of keys.entries()) {
    if (key === '') errors.required(path)
    if (keys.indexOf(key) < index) errors.duplicate(path, key)
    checkQualifiedName(key, path, errors)
  }
}

export const csiNodeStrategy: Strategy<CSINode> = {
  validate: ({spec}, errors) => {
    const drivers = spec?.drivers ?? []
    const names = drivers.map(({name}) => name)
    for (const [index, driver] of drivers.entries()) {
      const path = `spec.drivers[${index}]`
      validateNodeDriver(driver, path, errors)
      if (names.indexOf(driver.name) < index) errors.duplicate(`${path}.name`, driver.name)
    }
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    // How many volumes a driver takes may change, what it is not.
    for (const driver of spec?.drivers ?? []) {
      const before = old?.drivers?.find(({name}) => name === driver.name)
      if (before && !isSame({...driver, allocatable: before.allocatable}, before))
        errors.invalid('spec.drivers', driver, immutable)
    }
  },
  returnsDeleted: true,
}

export const csiStorageCapacityStrategy: Strategy<CSIStorageCapacity> = {
  validate: ({nodeTopology, storageClassName, capacity}, errors) => {
    validateLabelSelector(nodeTopology, 'nodeTopology', errors)
    checkSubdomain(storageClassName, 'storageClassName', errors)
    if (capacity !== undefined && quantitySign(capacity) < 0)
      errors.invalid('capacity', canonicalQuantity(capacity), 'must be greater than or equal to 0')
  },
  validateUpdate: (object, old, errors) => {
    if (!isSame(object.nodeTopology, old.nodeTopology))
      errors.invalid('nodeTopology', object.nodeTopology ?? null, immutable)
    if (object.storageClassName !== old.storageClassName)
      errors.invalid('storageClassName', object.storageClassName, immutable)
  },
  returnsDeleted: true,
}
