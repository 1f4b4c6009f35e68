// Limit ranges: amounts for containers that name none, and bounds for those that do.

import {containersTotal} from '../../api/kinds/core/pod-spec/pod-level-resources.ts'
import type {ResourceList} from '../../api/kinds/resource-lists.ts'
import {canonicalQuantity, compareQuantities, parseQuantity, quantityIsZero} from '../../api/meta/quantity.ts'
import type {DeepReadonly} from '../../api/object.ts'
import {limitRanges} from '../../api/resources.ts'
import type {
  Container,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
  ResourceRequirements,
} from '../../api/schema/types.gen.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, resourceOf} from './refuse.ts'

type Item = DeepReadonly<LimitRangeItem>
type Amounts = Readonly<ResourceList> | undefined

const itemsOf = ({namespace}: AdmissionRequest, context: AdmissionContext): readonly Item[] =>
  context.list(limitRanges, namespace ?? '').flatMap(({spec}) => spec?.limits ?? [])

const sorted = (amounts: Amounts): [string, string][] =>
  Object.entries(amounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))

const merge = (into: ResourceList | undefined, from: Amounts): {list: ResourceList; added: string[]} => {
  const list = {...into}
  const added = sorted(from).filter(([resource]) => list[resource] === undefined)
  for (const [resource, amount] of added) list[resource] = amount
  return {list, added: added.map(([resource]) => resource)}
}

const defaultContainer = (container: Container, items: readonly Item[], sort: string): string[] => {
  const resources: ResourceRequirements = (container.resources ??= {})
  const texts: string[] = []
  for (const item of items.filter(({type}) => type === 'Container')) {
    const requests = merge(resources.requests, item.defaultRequest)
    const limits = merge(resources.limits, item.default)
    if (requests.added.length > 0) resources.requests = requests.list
    if (limits.added.length > 0) resources.limits = limits.list
    if (requests.added.length > 0) texts.push(`${requests.added.join(', ')} request for ${sort} ${container.name}`)
    if (limits.added.length > 0) texts.push(`${limits.added.join(', ')} limit for ${sort} ${container.name}`)
  }
  return texts
}

const applyDefaults = (pod: Pod, items: readonly Item[]): void => {
  const texts = [
    ...(pod.spec?.containers ?? []).flatMap((container) => defaultContainer(container, items, 'container')),
    ...(pod.spec?.initContainers ?? []).flatMap((container) => defaultContainer(container, items, 'init container')),
  ]
  if (texts.length === 0) return
  const metadata = (pod.metadata ??= {})
  metadata.annotations = {
    ...metadata.annotations,
    'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${texts.join('; ')}`,
  }
}

interface Subject {
  readonly type: string
  readonly requests: Amounts
  readonly limits: Amounts
}

const show = (amount: string): string => canonicalQuantity(amount)

const belowMinimum = (resource: string, bound: string, {type, requests, limits}: Subject): string | undefined => {
  const [request, limit] = [requests?.[resource], limits?.[resource]]
  const text = `minimum ${resource} usage per ${type} is ${show(bound)}`
  if (request === undefined) return `${text}.  No request is specified`
  if (compareQuantities(request, bound) < 0) return `${text}, but request is ${show(request)}`
  if (limit !== undefined && compareQuantities(limit, bound) < 0) return `${text}, but limit is ${show(limit)}`
  return undefined
}

const aboveMaximum = (resource: string, bound: string, {type, requests, limits}: Subject): string | undefined => {
  const [request, limit] = [requests?.[resource], limits?.[resource]]
  const text = `maximum ${resource} usage per ${type} is ${show(bound)}`
  if (limit === undefined) return `${text}.  No limit is specified`
  if (compareQuantities(limit, bound) > 0) return `${text}, but limit is ${show(limit)}`
  if (request !== undefined && compareQuantities(request, bound) > 0) return `${text}, but request is ${show(request)}`
  return undefined
}

const aboveRatio = (resource: string, bound: string, {type, requests, limits}: Subject): string | undefined => {
  const [request, limit] = [requests?.[resource], limits?.[resource]]
  const text = `${resource} max limit to request ratio per ${type} is ${show(bound)}`
  if (request === undefined || quantityIsZero(request)) return `${text}, but no request is specified or request is 0`
  if (limit === undefined || quantityIsZero(limit)) return `${text}, but no limit is specified or limit is 0`
  const ratio = Number(parseQuantity(limit).nanos) / Number(parseQuantity(request).nanos)
  const largest = Number(parseQuantity(bound).nanos) / 1e9
  return ratio > largest ? `${text}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

const aboveRequest = (resource: string, bound: string, {type, requests}: Subject): string | undefined => {
  const request = requests?.[resource]
  const text = `maximum ${resource} usage per ${type} is ${show(bound)}`
  if (request === undefined) return `${text}.  No request is specified`
  return compareQuantities(request, bound) > 0 ? `${text}, but request is ${show(request)}` : undefined
}

const problemsOf = (item: Item, subject: Subject): string[] => {
  const max = subject.type === 'PersistentVolumeClaim' ? aboveRequest : aboveMaximum
  return [
    ...sorted(item.min).map(([resource, bound]) => belowMinimum(resource, bound, subject)),
    ...sorted(item.max).map(([resource, bound]) => max(resource, bound, subject)),
    ...sorted(item.maxLimitRequestRatio).map(([resource, bound]) => aboveRatio(resource, bound, subject)),
  ].filter((text) => text !== undefined)
}

const podSubjects = ({spec}: Pod): Subject[] => [
  ...[...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({resources}) => ({
    type: 'Container',
    requests: resources?.requests,
    limits: resources?.limits,
  })),
  ...(spec
    ? [{type: 'Pod', requests: containersTotal(spec, 'requests'), limits: containersTotal(spec, 'limits')}]
    : []),
]

const subjectsOf = (request: AdmissionRequest): Subject[] => {
  if (resourceOf(request) === 'pods') return podSubjects(objectOf<Pod>(request))
  const {spec} = objectOf<PersistentVolumeClaim>(request)
  return [{type: 'PersistentVolumeClaim', requests: spec?.resources?.requests, limits: undefined}]
}

const isResize = (request: AdmissionRequest): boolean =>
  request.operation === 'UPDATE' && request.subresource === 'resize' && resourceOf(request) === 'pods'

export const limitRanger: AdmissionStep = {
  name: 'LimitRanger',
  handles: (request) =>
    isResize(request) ||
    (isWhole(request) &&
      ((resourceOf(request) === 'pods' && request.operation === 'CREATE') ||
        (resourceOf(request) === 'persistentvolumeclaims' &&
          (request.operation === 'CREATE' || request.operation === 'UPDATE')))),
  mutate(request, context) {
    if (resourceOf(request) === 'pods' && !isResize(request))
      applyDefaults(objectOf<Pod>(request), itemsOf(request, context))
  },
  validate(request, context) {
    const items = itemsOf(request, context)
    if (items.length === 0) return
    const subjects = subjectsOf(request)
    const problems = items.flatMap((item) =>
      subjects.filter(({type}) => type === item.type).flatMap((subject) => problemsOf(item, subject)),
    )
    const unique = [...new Set(problems)]
    if (unique.length > 0) throw forbidden(request, unique.length === 1 ? (unique[0] ?? '') : `[${unique.join(', ')}]`)
  },
}
