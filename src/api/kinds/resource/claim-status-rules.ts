// What became of a claim: which devices it got, who uses it, and what their drivers say of them.
import type {FieldErrors} from '../../field-errors.ts'
import {familyOf, parseCidr} from '../../meta/ip.ts'
import {isSame} from '../../meta/same.ts'
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaimStatus,
  ResourceResourceClaim,
} from '../../schema/types.gen.ts'
import {checkLabelName, checkOneOf, checkRequired, immutable} from '../checks.ts'
import {validateConditions} from '../conditions.ts'
import {validateNodeSelector} from '../core/pod-spec/validate-scheduling.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'
import {checkList} from './device-lists.ts'
import {checkPoolName, checkShareId} from './device-names.ts'
import {checkRawObject, mostOfAList, validateBinding, validateConfiguration} from './device-parts.ts'
import {checkRequestRef, checkRequestRefs, type RequestNames, requestNamesOf} from './request-rules.ts'

const mostConsumers = 256
const mostConditions = 8
const mostAddresses = 16
const longestInterface = 256
const longestHardware = 128

type DeviceRef = Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>

const idOf = ({driver, pool, device, shareID}: DeviceRef): string =>
  [driver, pool, device, ...(shareID ? [shareID] : [])].join('/')

const checkDevice = (ref: DeviceRef, path: string, errors: FieldErrors): void => {
  checkCsiDriverName(ref.driver, `${path}.driver`, errors)
  checkPoolName(ref.pool, `${path}.pool`, errors)
  checkLabelName(ref.device, `${path}.device`, errors)
}

const validateNetwork = (data: NetworkDeviceData, path: string, errors: FieldErrors): void => {
  if ((data.interfaceName ?? '').length > longestInterface) errors.tooLong(`${path}.interfaceName`, longestInterface)
  if ((data.hardwareAddress ?? '').length > longestHardware) errors.tooLong(`${path}.hardwareAddress`, longestHardware)
  const check = (address: string, at: string): void => {
    const isAddress = parseCidr(address) !== undefined && familyOf(address.split('/')[0] ?? '') !== undefined
    if (!isAddress)
      errors.invalid(at, address, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')
  }
  checkList(data.ips, {path: `${path}.ips`, most: mostAddresses, check, key: (address) => address}, errors)
}

const validateDevice = (
  device: AllocatedDeviceStatus,
  path: string,
  allocated: ReadonlySet<string>,
  errors: FieldErrors,
): void => {
  checkDevice(device, path, errors)
  if (device.shareID !== undefined) checkShareId(device.shareID, `${path}.shareID`, errors)
  const id = idOf(device)
  if (!allocated.has(id)) errors.add('FieldValueInvalid', path, `${id}: must be an allocated device in the claim`)
  const conditions = device.conditions ?? []
  if (conditions.length > mostConditions) errors.tooMany(`${path}.conditions`, conditions.length, mostConditions)
  validateConditions(conditions, `${path}.conditions`, errors)
  if (device.data !== undefined && device.data !== null) checkRawObject(device.data, `${path}.data`, errors)
  if (device.networkData) validateNetwork(device.networkData, `${path}.networkData`, errors)
}

const validateResult = (
  result: DeviceRequestAllocationResult,
  path: string,
  names: RequestNames,
  errors: FieldErrors,
): void => {
  checkRequestRef(result.request ?? '', `${path}.request`, names, errors)
  checkDevice(result, path, errors)
  validateBinding(result, path, errors)
  if (result.shareID !== undefined) checkShareId(result.shareID, `${path}.shareID`, errors)
}

const validateAllocation = (
  {devices, nodeSelector}: AllocationResult,
  path: string,
  names: RequestNames,
  errors: FieldErrors,
): void => {
  const check = (result: DeviceRequestAllocationResult, at: string): void => validateResult(result, at, names, errors)
  checkList(devices?.results, {path: `${path}.devices.results`, most: mostOfAList, check}, errors)
  const checkConfig = (config: DeviceAllocationConfiguration, at: string): void => {
    if (checkRequired(config.source, `${at}.source`, errors))
      checkOneOf(config.source, ['FromClaim', 'FromClass'], `${at}.source`, errors)
    checkRequestRefs(config.requests, `${at}.requests`, names, errors)
    validateConfiguration(config, at, errors)
  }
  // As many as the class and the claim may have together.
  checkList(devices?.config, {path: `${path}.devices.config`, most: 2 * mostOfAList, check: checkConfig}, errors)
  if (nodeSelector) validateNodeSelector(nodeSelector, `${path}.nodeSelector`, errors)
}

const validateConsumers = (status: ResourceClaimStatus, errors: FieldErrors): void =>
  checkList(
    status.reservedFor,
    {
      path: 'status.reservedFor',
      most: mostConsumers,
      check: (consumer, at) => {
        checkRequired(consumer.resource, `${at}.resource`, errors)
        checkRequired(consumer.name, `${at}.name`, errors)
        checkRequired(consumer.uid, `${at}.uid`, errors)
      },
      key: ({uid}) => uid ?? '',
    },
    errors,
  )

const checkReservation = (claim: ResourceResourceClaim, old: ResourceClaimStatus, errors: FieldErrors): void => {
  const {reservedFor = [], allocation} = claim.status ?? {}
  if (reservedFor.length === 0) return
  if (!allocation) errors.forbidden('status.reservedFor', 'may not be specified when `allocated` is not set')
  else if (
    claim.metadata?.deletionTimestamp &&
    reservedFor.some((consumer) => !old.reservedFor?.some((known) => isSame(known, consumer)))
  )
    errors.forbidden(
      'status.reservedFor',
      'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
    )
}

export const validateClaimStatus = (
  claim: ResourceResourceClaim,
  old: ResourceResourceClaim,
  errors: FieldErrors,
): void => {
  const [status, before] = [claim.status ?? {}, old.status ?? {}]
  const {allocation, devices} = status
  validateConsumers(status, errors)
  const allocated = new Set((allocation?.devices?.results ?? []).map(idOf))
  const check = (device: AllocatedDeviceStatus, at: string): void => validateDevice(device, at, allocated, errors)
  checkList(devices, {path: 'status.devices', check, key: idOf}, errors)
  checkReservation(claim, before, errors)
  if (!allocation) return
  if (!before.allocation) validateAllocation(allocation, 'status.allocation', requestNamesOf(claim.spec), errors)
  else if (!isSame(allocation, before.allocation)) errors.invalid('status.allocation', allocation, immutable)
}
