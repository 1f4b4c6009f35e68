import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {qualifiedName} from '../../meta/names.ts'
import {canonicalQuantity, compareQuantities, parseQuantity, quantityMilliValue} from '../../meta/quantity.ts'
import type {LimitRange, LimitRangeItem} from '../../schema/types.gen.ts'
import {allowsOvercommit, validateContainerResourceName, validateResourceName} from './pod-spec/resource-names.ts'

const types = ['Pod', 'Container', 'PersistentVolumeClaim']
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

const defaultItem = (item: LimitRangeItem): void => {
  if (item.type !== 'Container') return
  const limits = {...item.max, ...item.default}
  const requests = {...item.min, ...limits, ...item.defaultRequest}
  if (Object.keys(limits).length > 0) item.default = limits
  if (Object.keys(requests).length > 0) item.defaultRequest = requests
}

interface Pair {
  readonly lower: string | undefined
  readonly upper: string | undefined
  readonly at: string
  readonly shown: 'lower' | 'upper'
  readonly text: readonly [string, string]
}

const comparePair = ({lower, upper, at, shown, text}: Pair, errors: FieldErrors): void => {
  if (lower === undefined || upper === undefined || compareQuantities(lower, upper) <= 0) return
  const [low, high] = [canonicalQuantity(lower), canonicalQuantity(upper)]
  errors.invalid(at, shown === 'lower' ? low : high, `${text[0]} value ${low} is greater than ${text[1]} value ${high}`)
}

const validateAmounts = (item: LimitRangeItem, resource: string, path: string, errors: FieldErrors): void => {
  const at = (list: string): string => `${path}.${list}[${resource}]`
  const [min, max, request, limit] = [item.min, item.max, item.defaultRequest, item.default].map(
    (list) => list?.[resource],
  )
  const pairs: readonly Pair[] = [
    {lower: min, upper: max, at: at('min'), shown: 'lower', text: ['min', 'max']},
    {lower: min, upper: request, at: at('defaultRequest'), shown: 'upper', text: ['min', 'default request']},
    {lower: request, upper: max, at: at('defaultRequest'), shown: 'lower', text: ['default request', 'max']},
    {
      lower: request,
      upper: limit,
      at: at('defaultRequest'),
      shown: 'lower',
      text: ['default request', 'default limit'],
    },
    {lower: min, upper: limit, at: at('default'), shown: 'lower', text: ['min', 'default']},
    {lower: limit, upper: max, at: at('default'), shown: 'upper', text: ['default', 'max']},
  ]
  for (const pair of pairs) comparePair(pair, errors)
  const ratio = item.maxLimitRequestRatio?.[resource]
  if (ratio !== undefined && parseQuantity(ratio).nanos < 1_000_000_000n)
    errors.invalid(
      at('maxLimitRequestRatio'),
      canonicalQuantity(ratio),
      `ratio ${canonicalQuantity(ratio)} is less than 1`,
    )
  if (ratio !== undefined && min !== undefined && max !== undefined) checkRatio({ratio, min, max}, at, errors)
  const hasBoth = request !== undefined && limit !== undefined
  if (hasBoth && !allowsOvercommit(resource) && compareQuantities(limit, request) !== 0)
    errors.invalid(
      at('defaultRequest'),
      canonicalQuantity(request),
      `default value ${canonicalQuantity(limit)} must equal to defaultRequest value ${canonicalQuantity(request)} in ${resource}`,
    )
}

/** Nothing between the least request and the most limit can be further apart than those two. */
const checkRatio = (
  {ratio, min, max}: {readonly ratio: string; readonly min: string; readonly max: string},
  at: (list: string) => string,
  errors: FieldErrors,
): void => {
  const most = quantityMilliValue(max) / quantityMilliValue(min)
  if (quantityMilliValue(ratio) / 1000 <= most) return
  errors.invalid(
    at('maxLimitRequestRatio'),
    canonicalQuantity(ratio),
    `ratio ${canonicalQuantity(ratio)} is greater than max/min = ${most.toFixed(6)}`,
  )
}

const validateItem = (item: LimitRangeItem, path: string, errors: FieldErrors): void => {
  for (const complaint of qualifiedName(item.type)) errors.invalid(`${path}.type`, item.type, complaint)
  if (!item.type.includes('/') && !types.includes(item.type))
    errors.invalid(`${path}.type`, item.type, 'must be a standard limit type or fully qualified')
  const rule = item.type === 'Pod' || item.type === 'Container' ? validateContainerResourceName : validateResourceName
  for (const list of lists)
    for (const resource of Object.keys(item[list] ?? {})) rule(resource, `${path}.${list}[${resource}]`, errors)
  if (item.type === 'Pod')
    for (const list of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[list] ?? {}).length > 0)
        errors.forbidden(`${path}.${list}`, "may not be specified when `type` is 'Pod'")
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage)
    errors.required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided')
  const resources = new Set(lists.flatMap((list) => Object.keys(item[list] ?? {})))
  for (const resource of [...resources].sort()) validateAmounts(item, resource, path, errors)
}

export const limitRangeStrategy: Strategy<LimitRange> = {
  default: (range) => range.spec?.limits?.forEach(defaultItem),
  validate: ({spec}, errors) => {
    const seen = new Set<string>()
    for (const [index, item] of (spec?.limits ?? []).entries()) {
      const path = `spec.limits[${index}]`
      if (seen.has(item.type)) errors.duplicate(`${path}.type`, item.type)
      seen.add(item.type)
      validateItem(item, path, errors)
    }
  },
  createOnUpdate: true,
}
