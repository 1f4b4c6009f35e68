// The devices a driver offers: on which nodes, in which pool.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {Device, ResourceSlice, ResourceSliceSpec} from '../../schema/types.gen.ts'
import {checkLabelName, checkRequired, checkSubdomain, immutable} from '../checks.ts'
import {validateNodeSelector} from '../core/pod-spec/validate-scheduling.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'
import {checkList} from './device-lists.ts'
import {checkPoolName} from './device-names.ts'
import {validateCounters, validateDevice} from './device-rules.ts'

const mostDevices = 128
const mostComplexDevices = 64
const mostCounterSets = 8

const validatePool = (pool: ResourceSliceSpec['pool'] | undefined, errors: FieldErrors) => {
  const {name, resourceSliceCount = 0, generation = 0} = pool ?? {}
  checkPoolName(name, 'spec.pool.name', errors)
  if (resourceSliceCount <= 0)
    errors.invalid('spec.pool.resourceSliceCount', resourceSliceCount, 'must be greater than zero')
  if (generation < 0) errors.invalid('spec.pool.generation', generation, 'must be greater than or equal to zero')
}

const oneWay = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

const validatePlace = (spec: ResourceSliceSpec, errors: FieldErrors) => {
  const {nodeName, nodeSelector, allNodes, perDeviceNodeSelection} = spec
  if (nodeName === '') errors.invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string')
  else if (nodeName !== undefined) checkSubdomain(nodeName, 'spec.nodeName', errors)
  if (nodeSelector) {
    const terms = nodeSelector.nodeSelectorTerms ?? []
    validateNodeSelector(nodeSelector, 'spec.nodeSelector', errors)
    if (terms.length !== 1)
      errors.invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term')
  }
  for (const [field, value] of Object.entries({allNodes, perDeviceNodeSelection}))
    if (value === false) errors.invalid(`spec.${field}`, false, 'must be either unset or set to true')
  const ways = Object.entries({nodeName, nodeSelector, allNodes, perDeviceNodeSelection}).filter(([, value]) => value)
  if (ways.length === 0) errors.required('spec', oneWay)
  if (ways.length > 1)
    errors.invalid(
      'spec',
      `{${ways.map(([name]) => `\`${name}\``).join(', ')}}`,
      `${oneWay}, but multiple fields are set`,
    )
}

const isComplex = ({taints, consumesCounters}: Device): boolean =>
  (taints?.length ?? 0) > 0 || (consumesCounters?.length ?? 0) > 0

const validateContents = (spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined, errors: FieldErrors) => {
  const {devices, sharedCounters, perDeviceNodeSelection} = spec
  if (devices && sharedCounters) errors.invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed')
  const hasPlace = perDeviceNodeSelection === true
  checkList(
    devices,
    {
      path: 'spec.devices',
      most: devices?.some(isComplex) ? mostComplexDevices : mostDevices,
      check: (device, path) => {
        const before = old?.devices?.find(({name}) => name === device.name)
        validateDevice(device, before, {path, hasPlace}, errors)
      },
      key: ({name}) => name ?? '',
    },
    errors,
  )
  checkList(
    sharedCounters,
    {
      path: 'spec.sharedCounters',
      most: mostCounterSets,
      check: ({name, counters}, at) => {
        if (checkRequired(name, `${at}.name`, errors)) checkLabelName(name, `${at}.name`, errors)
        validateCounters(counters, `${at}.counters`, errors)
      },
      key: ({name}) => name ?? '',
    },
    errors,
  )
}

const validateSlice = ({spec}: ResourceSlice, old: ResourceSliceSpec | undefined, errors: FieldErrors) => {
  if (!spec) return errors.required('spec')
  checkCsiDriverName(spec.driver, 'spec.driver', errors)
  validatePool(spec.pool, errors)
  if (old) {
    if (spec.pool?.name !== old.pool?.name) errors.invalid('spec.pool.name', spec.pool?.name, immutable)
    if (spec.driver !== old.driver) errors.invalid('spec.driver', spec.driver, immutable)
    if (spec.nodeName !== old.nodeName) errors.invalid('spec.nodeName', spec.nodeName ?? null, immutable)
  }
  validatePlace(spec, errors)
  validateContents(spec, old, errors)
}

export const resourceSliceStrategy: Strategy<ResourceSlice> = {
  validate: (slice, errors) => validateSlice(slice, undefined, errors),
  // What the slice was before decides what is looked at again.
  validateOnlyUpdate: true,
  validateUpdate: (slice, {spec: old}, errors) => validateSlice(slice, old, errors),
}
