// ResourceQuota status: what is used is added up anew when something goes or changes; what comes is counted on admission.
import {formatQuantity, type Quantity, zeroQuantity} from '../../api/meta/quantity.ts'
import {isSame} from '../../api/meta/same.ts'
import type {KubeObject} from '../../api/object.ts'
import {plus, type Quantities} from '../../api/quota/pod-amounts.ts'
import {matchesScopes} from '../../api/quota/scopes.ts'
import {countedResource, usageOf} from '../../api/quota/usage.ts'
import {groupResourceOf, type Resource} from '../../api/resource.ts'
import {
  configMaps,
  persistentVolumeClaims,
  pods,
  replicationControllers,
  resourceQuotas,
  secrets,
  services,
} from '../../api/resources.ts'
import type {Pod, ResourceQuota} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type Change,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {discover} from '../discovery/discover.ts'
import {writeStatus} from '../objects/status.ts'
import {isFinished, isTerminating} from '../pods/facts.ts'

type Quota = Cached<ResourceQuota>

const known = new Map(
  [pods, services, persistentVolumeClaims, configMaps, secrets, replicationControllers, resourceQuotas].map(
    (resource) => [groupResourceOf(resource), resource as unknown as Resource],
  ),
)

const quotaKeys = ({type, object, previous}: Change<ResourceQuota>): readonly string[] => {
  // Its status is written by admission all the time: nothing to do about that.
  const isOnlyStatus =
    type === 'updated' &&
    previous &&
    isSame(object.spec, previous.spec) &&
    isSame(object.spec?.hard, object.status?.hard)
  return type === 'deleted' || isOnlyStatus ? [] : [`${object.metadata.namespace}/${object.metadata.name}`]
}

/** Follows what some quota counts, from when the first such quota appears. */
class Counted implements Disposable {
  readonly #context: ReconcileContext
  readonly #enqueue: (key: string) => void
  readonly #leave = new Map<string, () => void>()
  readonly #found = new Map<string, Resource>()

  constructor(context: ReconcileContext, enqueue: (key: string) => void) {
    this.#context = context
    this.#enqueue = enqueue
  }
  async find(name: string): Promise<Resource | undefined> {
    const resource = known.get(name) ?? this.#found.get(name) ?? (await this.#discover(name))
    if (!resource) return undefined
    const informer = this.#context.informers.informer(resource)
    if (!this.#leave.has(name))
      this.#leave.set(
        name,
        informer.onChange((change) => this.#changed(change)),
      )
    await informer.synced(this.#context.signal)
    return resource
  }
  async #discover(name: string): Promise<Resource | undefined> {
    const {resources} = await discover(this.#context.client, this.#context.signal)
    const found = resources.find((resource) => resource.isPreferred && groupResourceOf(resource) === name)
    if (found) this.#found.set(name, found)
    return found
  }
  #changed(change: Change<KubeObject>): void {
    if (!frees(change)) return
    const {namespace = ''} = change.object.metadata
    for (const {metadata} of this.#context.cache(resourceQuotas).list(namespace))
      this.#enqueue(`${namespace}/${metadata.name}`)
  }
  [Symbol.dispose](): void {
    for (const leave of this.#leave.values()) leave()
  }
}

/** Less is used than before, or another amount; a creation was counted when it was admitted. */
const frees = ({type, object, previous}: Change<KubeObject>): boolean => {
  if (type === 'added') return false
  if (type === 'deleted' || !previous) return true
  if (object.kind === 'Pod') {
    const [now, before] = [object as Cached<Pod>, previous as Cached<Pod>]
    return (
      isFinished(now) !== isFinished(before) ||
      isTerminating(now) !== isTerminating(before) ||
      now.metadata.generation !== before.metadata.generation
    )
  }
  return object.kind === 'Service' || object.kind === 'PersistentVolumeClaim'
}

const countedOf = new WeakMap<AbortSignal, Counted>()

export const resourceQuotaController: ControllerSpec = {
  name: 'resourcequota-controller',
  identity: 'resourcequota-controller',
  watches: [watching({resource: resourceQuotas, toKeys: quotaKeys})],
  start: (context, enqueue) => {
    const counted = new Counted(context, enqueue)
    countedOf.set(context.signal, counted)
    return counted
  },
  reconcile: async (key, context) => {
    const quota = context.cache(resourceQuotas).getByKey(key)
    const counted = countedOf.get(context.signal)
    return quota && counted ? reconcile(quota, counted, context) : undefined
  },
}

const reconcile = async (quota: Quota, counted: Counted, context: ReconcileContext): Promise<Result> => {
  const hard = {...quota.spec?.hard}
  const names = new Set(Object.keys(hard).map(countedResource))
  let total: Quantities = {}
  for (const name of names) {
    const resource = name === undefined ? undefined : await counted.find(name)
    if (resource) total = plus(total, addUp(quota, resource, context))
  }
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, show(total[name])]))
  await writeStatus(resourceQuotas, quota, {hard, used}, context)
  return nextLook(quota, context)
}

const show = (quantity: Quantity | undefined): string => formatQuantity(quantity ?? zeroQuantity)

const addUp = (quota: Quota, resource: Resource, {cache, clock}: ReconcileContext): Quantities => {
  let total: Quantities = {}
  for (const object of cache(resource).list(quota.metadata.namespace))
    if (matchesScopes(quota, resource, object)) total = plus(total, usageOf(resource, object, clock.now()))
  return total
}

/** A pod that should have been gone by then counts no more, whether its node says so or not. */
const nextLook = ({metadata}: Quota, {cache, clock}: ReconcileContext): Result => {
  const ends = cache(pods)
    .list(metadata.namespace)
    .filter((pod) => isTerminating(pod) && !isFinished(pod))
    .map(
      (pod) => Date.parse(pod.metadata.deletionTimestamp ?? '') + (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000,
    )
    .filter((endMs) => endMs > clock.now())
  return ends.length === 0 ? undefined : {requeueAfterMs: Math.min(...ends) - clock.now() + 1000}
}
