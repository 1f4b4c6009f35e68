// x-kubernetes-list-type, x-kubernetes-list-map-keys and x-kubernetes-map-type.
import type {FieldErrors} from '../../../field-errors.ts'
import {asProps, itemsOf, type Props} from './props.ts'

const mustBe = (type: string, why: string, props: Props, path: string, errors: FieldErrors): void => {
  if (props.type === type) return
  if (!props.type) errors.required(`${path}.type`, why)
  else errors.invalid(`${path}.type`, props.type, why)
}

const checkMap = (props: Props, path: string, errors: FieldErrors): void => {
  const mapType = props['x-kubernetes-map-type']
  if (mapType === undefined) return
  mustBe('object', 'must be object if x-kubernetes-map-type is specified', props, path, errors)
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])
}

/** Items of a set are compared as a whole. */
const checkSetItems = (props: Props, path: string, errors: FieldErrors): void => {
  const item = itemsOf(props)
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  if (item?.type === 'array' && (item['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic')
    errors.invalid(`${path}.items.x-kubernetes-list-type`, item['x-kubernetes-list-type'], why)
  if (item?.type === 'object' && item['x-kubernetes-map-type'] !== 'atomic')
    errors.invalid(`${path}.items.x-kubernetes-map-type`, item['x-kubernetes-list-type'], why)
}

const checkKeys = (item: Props, keys: readonly string[], path: string, errors: FieldErrors): void => {
  for (const [index, key] of keys.entries()) {
    const type = item.properties?.[key]?.type
    if (!item.properties?.[key])
      errors.invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties')
    else if (type === 'array' || type === 'object')
      errors.invalid(
        `${path}.items.properties[${key}].type`,
        item.type,
        "must be a scalar type if parent array's x-kubernetes-list-type is map",
      )
    if (keys.indexOf(key) < index)
      errors.invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'must not contain duplicate entries')
  }
}

const checkKeyed = (props: Props, path: string, errors: FieldErrors): void => {
  const keys = props['x-kubernetes-list-map-keys'] ?? []
  if (keys.length === 0)
    errors.required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')
  if (props.items === undefined) errors.required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')
  const item = itemsOf(props)
  if (props.items !== undefined && !item)
    errors.invalid(`${path}.items`, props.items, 'must only have a single schema if x-kubernetes-list-type is map')
  if (!item) return
  if (item.type !== 'object')
    errors.invalid(
      `${path}.items.type`,
      item.type ?? '',
      "must be object if parent array's x-kubernetes-list-type is map",
    )
  else checkKeys(item, keys, path, errors)
}

/** Every item can be told from the others. */
const checkIdentity = (props: Props, path: string, errors: FieldErrors): void => {
  const listType = props['x-kubernetes-list-type']
  const item = itemsOf(props)
  if (!item || (listType !== 'set' && listType !== 'map')) return
  if (item.nullable)
    errors.forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`)
  if (listType === 'set') return
  for (const key of props['x-kubernetes-list-map-keys'] ?? []) {
    const known = item.properties?.[key]
    if (!known) continue
    const at = `${path}.items.properties[${key}]`
    if (!item.required?.includes(key) && known.default === undefined)
      errors.required(
        `${at}.default`,
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      )
    if (known.nullable)
      errors.forbidden(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable')
  }
}

export const checkListsAndMaps = (props: Props, path: string, errors: FieldErrors): void => {
  checkMap(props, path, errors)
  const listType = props['x-kubernetes-list-type']
  const keys = props['x-kubernetes-list-map-keys'] ?? []
  if (listType !== undefined)
    mustBe('array', 'must be array if x-kubernetes-list-type is specified', props, path, errors)
  if (listType === 'set' && props.type === 'array' && asProps(props.items)) checkSetItems(props, path, errors)
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    errors.notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map'])
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty'
    if (listType === undefined) errors.required(`${path}.x-kubernetes-list-type`, why)
    else errors.invalid(`${path}.x-kubernetes-list-type`, listType, why)
  }
  if (listType === 'map') checkKeyed(props, path, errors)
  checkIdentity(props, path, errors)
}
