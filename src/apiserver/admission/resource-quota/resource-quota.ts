// ResourceQuota: nothing is created beyond the quotas of its namespace. What a request takes is written into the
// quota's status before the object is stored, and given back if it is not: two requests cannot both take the last of it.

import {formatQuantity} from '../../../api/meta/quantity.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import type {Amounts} from '../../../api/quota/amounts.ts'
import {
  addAmounts,
  amountsText,
  exceeded,
  onlyResources,
  positiveAmounts,
  subtractAmounts,
} from '../../../api/quota/amounts.ts'
import {matchesScopes} from '../../../api/quota/scopes.ts'
import {usageOf} from '../../../api/quota/usage.ts'
import {groupResourceOf} from '../../../api/resource.ts'
import {resourceQuotas} from '../../../api/resources.ts'
import type {PersistentVolumeClaim, Pod, ResourceQuota} from '../../../api/schema/types.gen.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {forbidden, objectOf, resourceOf} from '../refuse.ts'
import {missingFromClaim, missingFromPod} from './requirements.ts'

type Quota = DeepReadonly<Stored<ResourceQuota>>

interface Reservation {
  readonly namespace: string
  readonly quota: string
  readonly amounts: Amounts
}

const attempts = 50

const covers = (quota: Quota, request: AdmissionRequest): boolean =>
  matchesScopes(quota, request.kind.resource, objectOf(request))

const usage = (request: AdmissionRequest, context: AdmissionContext, of: 'object' | 'old'): Amounts => {
  const object = of === 'object' ? request.object : request.old
  if (!object) return {}
  const amounts = usageOf(request.kind.resource, object, context.clock.now())
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, formatQuantity(amount)]))
}

/** What the request takes more than there was. */
const taken = (request: AdmissionRequest, context: AdmissionContext): Amounts => {
  const now = usage(request, context, 'object')
  if (request.operation === 'CREATE') return positiveAmounts(now)
  return positiveAmounts(subtractAmounts(now, usage(request, context, 'old')))
}

const checkStated = (request: AdmissionRequest, quota: Quota): void => {
  if (request.operation !== 'CREATE') return
  const limited = Object.keys(quota.status?.hard ?? {})
  const missing =
    resourceOf(request) === 'pods'
      ? missingFromPod(objectOf<Pod>(request), limited)
      : resourceOf(request) === 'persistentvolumeclaims'
        ? missingFromClaim(objectOf<PersistentVolumeClaim>(request), limited)
        : undefined
  if (missing !== undefined) throw forbidden(request, `failed quota: ${quota.metadata.name}: ${missing}`)
}

/** The quota's usage with the request; throws when that is too much. */
const usedWith = (request: AdmissionRequest, quota: Quota, amounts: Amounts): Amounts => {
  const {hard, used} = quota.status ?? {}
  const together = addAmounts(used, amounts)
  const over = exceeded(onlyResources(together, Object.keys(amounts)), hard)
  if (over.length === 0) return together
  const of = (list: Readonly<Record<string, string>> | undefined): string => {
    const shown = Object.fromEntries(over.map((resource) => [resource, list?.[resource] ?? '0']))
    return amountsText(shown)
  }
  throw forbidden(
    request,
    `exceeded quota: ${quota.metadata.name}, requested: ${of(amounts)}, used: ${of(used)}, limited: ${of(hard)}`,
  )
}

const withUsed = (quota: Quota, used: Amounts): Stored<ResourceQuota> => {
  const copy = structuredClone(quota) as Stored<ResourceQuota>
  copy.status = {...copy.status, used}
  return copy
}

const giveBack = async ({namespace, quota, amounts}: Reservation, context: AdmissionContext): Promise<void> => {
  for (let tried = 0; tried < attempts; tried++) {
    const current = context.get(resourceQuotas, {namespace, name: quota})
    if (!current) return
    if (await context.replace(resourceQuotas, withUsed(current, subtractAmounts(current.status?.used, amounts)))) return
  }
}

/** Takes from one quota; what was taken, or undefined when the quota is not about this request. */
const takeFrom = async (
  request: AdmissionRequest,
  name: string,
  context: AdmissionContext,
): Promise<Reservation | undefined> => {
  const namespace = request.namespace ?? ''
  for (let tried = 0; tried < attempts; tried++) {
    const quota = context.get(resourceQuotas, {namespace, name})
    if (!quota?.status?.hard || !covers(quota, request)) return undefined
    checkStated(request, quota)
    const amounts = onlyResources(taken(request, context), Object.keys(quota.status.hard))
    if (Object.keys(amounts).length === 0) return undefined
    const used = usedWith(request, quota, amounts)
    if (request.dryRun) return undefined
    if (await context.replace(resourceQuotas, withUsed(quota, used))) return {namespace, quota: name, amounts}
  }
  throw forbidden(request, `status unknown for quota: ${name}, resources: it changes too fast`)
}

const counted = ['services', 'persistentvolumeclaims', 'pods']

export const resourceQuota = (): AdmissionStep => {
  const reserved = new WeakMap<AdmissionRequest, Reservation[]>()
  const release = async (request: AdmissionRequest, context: AdmissionContext): Promise<void> => {
    const reservations = reserved.get(request) ?? []
    reserved.delete(request)
    for (const reservation of reservations) await giveBack(reservation, context)
  }
  return {
    name: 'ResourceQuota',
    handles: ({operation, kind, namespace, subresource}) =>
      kind.resource.namespaced &&
      !kind.virtual &&
      namespace !== undefined &&
      ((subresource === undefined &&
        (operation === 'CREATE' || (operation === 'UPDATE' && counted.includes(groupResourceOf(kind.resource))))) ||
        (operation === 'UPDATE' && subresource === 'resize')),
    async validate(request, context) {
      const quotas = context.list(resourceQuotas, request.namespace ?? '')
      if (quotas.length === 0) return
      const taken: Reservation[] = []
      reserved.set(request, taken)
      for (const {metadata} of quotas) {
        const reservation = await takeFrom(request, metadata.name, context)
        if (reservation) taken.push(reservation)
      }
    },
    async settled(request, context, stored) {
      if (stored) reserved.delete(request)
      else await release(request, context)
    },
  }
}
