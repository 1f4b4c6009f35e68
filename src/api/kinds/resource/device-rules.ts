// One device of a slice: what it is, what it has, where it can be used.
import type {FieldErrors} from '../../field-errors.ts'
import {byteLength} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {Device, DeviceAttribute, DeviceCounterConsumption} from '../../schema/types.gen.ts'
import {checkLabelName, checkRequired, checkSubdomain} from '../checks.ts'
import {validateNodeSelector} from '../core/pod-spec/validate-scheduling.ts'
import {validateCapacity} from './capacity-rules.ts'
import {checkList, checkMap} from './device-lists.ts'
import {checkAttributeName, longestAttribute} from './device-names.ts'
import {validateBinding, validateTaint} from './device-parts.ts'

const mostProperties = 32
const mostTaints = 16
const mostConsumptions = 2
export const mostCounters = 32
export const longestLabel = 63
const longestValue = 64

const part = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)'
const number = '(0|[1-9]\\d*)'
const build = '[0-9a-zA-Z-]+'
const version = new RegExp(`^${number}(\\.${number}){2}(-${part}(\\.${part})*)?(\\+${build}(\\.${build})*)?$`)

const validateAttribute = (attribute: DeviceAttribute, path: string, errors: FieldErrors) => {
  const checkLength = (text: string, at: string) => {
    if (byteLength(text) > longestValue) errors.tooLong(at, longestValue)
  }
  const {string, version: release} = attribute
  if (string !== undefined) checkLength(string, `${path}.string`)
  if (release !== undefined) {
    if (!version.test(release))
      errors.invalid(`${path}.version`, release, 'must be a string compatible with semver.org spec 2.0.0')
    checkLength(release, `${path}.version`)
  }
  const given = Object.values(attribute).filter((value) => value !== undefined).length
  if (given !== 1) errors.invalid(path, given === 0 ? '' : attribute, 'exactly one value must be specified')
}

const validateConsumption = ({counterSet, counters}: DeviceCounterConsumption, path: string, errors: FieldErrors) => {
  if (checkRequired(counterSet, `${path}.counterSet`, errors)) checkLabelName(counterSet, `${path}.counterSet`, errors)
  validateCounters(counters, `${path}.counters`, errors)
}

export const validateCounters = (
  counters: {readonly [name: string]: unknown} | undefined,
  path: string,
  errors: FieldErrors,
) => {
  if (Object.keys(counters ?? {}).length === 0) return errors.required(path)
  checkMap(counters, {path, most: mostCounters, longestKey: longestLabel, checkKey: checkLabelName}, errors)
}

const ownNode =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'

const validatePlace = ({nodeName, nodeSelector, allNodes}: Device, path: string, errors: FieldErrors) => {
  if (nodeName === '') errors.invalid(`${path}.nodeName`, '', 'must not be empty')
  else if (nodeName !== undefined) checkSubdomain(nodeName, `${path}.nodeName`, errors)
  if (nodeSelector) validateNodeSelector(nodeSelector, `${path}.nodeSelector`, errors)
  if (allNodes === false) errors.invalid(`${path}.allNodes`, false, 'must be either unset or set to true')
  const given = Object.entries({nodeName, nodeSelector, allNodes}).filter(([, value]) => value)
  if (given.length === 0) errors.required(path, ownNode)
  if (given.length > 1) errors.invalid(path, `{${given.map(([name]) => `\`${name}\``).join(', ')}}`, ownNode)
}

const validateProperties = (
  {attributes, capacity, allowMultipleAllocations}: Device,
  path: string,
  errors: FieldErrors,
) => {
  const properties = Object.keys(attributes ?? {}).length + Object.keys(capacity ?? {}).length
  if (properties > mostProperties)
    errors.invalid(path, properties, `the total number of attributes and capacities must not exceed ${mostProperties}`)
  const keys = {longestKey: longestAttribute, checkKey: checkAttributeName}
  checkMap(
    attributes,
    {...keys, path: `${path}.attributes`, check: (one, at) => validateAttribute(one, at, errors)},
    errors,
  )
  const isShared = allowMultipleAllocations === true
  checkMap(
    capacity,
    {...keys, path: `${path}.capacity`, check: (one, at) => validateCapacity(one, isShared, at, errors)},
    errors,
  )
}

export const validateDevice = (
  device: Device,
  old: Device | undefined,
  {path, hasPlace}: {readonly path: string; readonly hasPlace: boolean},
  errors: FieldErrors,
) => {
  checkLabelName(device.name, `${path}.name`, errors)
  validateProperties(device, path, errors)
  if (!old || !isSame(old.taints, device.taints))
    checkList(
      device.taints,
      {path: `${path}.taints`, most: mostTaints, check: (taint, at) => validateTaint(taint, at, errors)},
      errors,
    )
  checkList(
    device.consumesCounters,
    {
      path: `${path}.consumesCounters`,
      most: mostConsumptions,
      check: (one, at) => validateConsumption(one, at, errors),
      key: ({counterSet}) => counterSet ?? '',
    },
    errors,
  )
  if (hasPlace) validatePlace(device, path, errors)
  else if (device.nodeName !== undefined || device.nodeSelector || device.allNodes !== undefined)
    errors.invalid(
      path,
      null,
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
    )
  validateBinding(device, path, errors)
}
