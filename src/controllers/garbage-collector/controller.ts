// The garbage collector: what lost all its owners goes (background), an owner may wait for its dependents to go
// first (foreground) or for them to be set free (orphan). Keys are uids, except for `discovery`.
import {hasReason, unlessReason} from '../../api/errors.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import {apiServices, customResourceDefinitions} from '../../api/resources.ts'
import type {OwnerReference} from '../../api/schema/types.gen.ts'
import {type ControllerSpec, type ReconcileContext, type Result, watching} from '../../reconcile/contract.ts'
import {allSettled} from '../objects/slow-start.ts'
import {
  blockers,
  FOREGROUND,
  type GraphNode,
  isBeingDeleted,
  isDeletingDependents,
  isOrphaning,
  ORPHAN,
  ownersOf,
} from './graph.ts'
import {Monitors} from './monitors.ts'

type Reference = DeepReadonly<OwnerReference>

const DISCOVERY = 'discovery'
const toDiscovery = (): readonly string[] => [DISCOVERY]

/** One for each run: the graph lives as long as the controller's context. */
const monitorsOf = new WeakMap<AbortSignal, Monitors>()

export const garbageCollector: ControllerSpec = {
  name: 'garbage-collector-controller',
  identity: 'generic-garbage-collector',
  workers: 20,
  watches: [
    watching({resource: customResourceDefinitions, toKeys: toDiscovery}),
    watching({resource: apiServices, toKeys: toDiscovery}),
  ],
  start: (context, enqueue) => {
    const monitors = new Monitors(context, enqueue)
    monitorsOf.set(context.signal, monitors)
    enqueue(DISCOVERY)
    return monitors
  },
  reconcile: async (key, context) => {
    const monitors = monitorsOf.get(context.signal)
    if (!monitors) return undefined
    if (key === DISCOVERY) return refresh(monitors, context)
    const node = monitors.graph.get(key)
    return node ? new Collector(monitors, context).collect(node) : undefined
  },
}

/** A definition that is established is served a moment later. */
const refresh = async (monitors: Monitors, {cache}: ReconcileContext): Promise<Result> => {
  await monitors.refresh()
  const isMissing = cache(customResourceDefinitions)
    .list()
    .some(
      ({metadata, spec, status}) =>
        metadata.deletionTimestamp === undefined &&
        status?.conditions?.some(({type, status: is}) => type === 'Established' && is === 'True') &&
        monitors.resourceOf(`${spec.group}/`, spec.names.kind) === undefined,
    )
  return isMissing ? {requeueAfterMs: 300} : undefined
}

type Verdict = 'solid' | 'dangling' | 'waiting' | 'unknown'

class Collector {
  readonly #monitors: Monitors
  readonly #context: ReconcileContext

  constructor(monitors: Monitors, context: ReconcileContext) {
    this.#monitors = monitors
    this.#context = context
  }

  async collect(node: GraphNode): Promise<Result> {
    const {object, resource} = node
    if (!object || !resource) return undefined
    if (isOrphaning(node)) return this.#orphanDependents(node, resource, object)
    if (isDeletingDependents(node) && blockers(node).length === 0) return this.#dropFinalizer(node, FOREGROUND)
    if (isBeingDeleted(node)) return undefined
    const references = ownersOf(node)
    if (references.length === 0) return undefined
    const verdicts = await Promise.all(references.map((reference) => this.#judge(reference, node)))
    if (verdicts.includes('unknown')) return undefined
    if (verdicts.includes('solid')) {
      const stay = references.filter((_, at) => verdicts[at] === 'solid')
      return stay.length === references.length ? undefined : this.#setOwners(resource, object, stay)
    }
    if (verdicts.includes('waiting') && node.dependents.size > 0)
      return this.#deleteInForeground(node, resource, object)
    return this.#delete(resource, object, policyOf(object))
  }

  async #judge(reference: Reference, node: GraphNode): Promise<Verdict> {
    const resource = this.#monitors.resourceOf(reference.apiVersion, reference.kind)
    if (!resource) return 'unknown'
    const namespace = node.object?.metadata?.namespace
    // Something without a namespace cannot be owned by something in one: refused to be collected, but told.
    if (resource.namespaced && namespace === undefined) {
      this.#tellInvalid(node, reference)
      return 'unknown'
    }
    const known = this.#monitors.cached(resource, namespace, reference.name)
    const owner = known?.metadata.uid === reference.uid ? known : await this.#find(resource, namespace, reference)
    if (!owner) {
      if (this.#monitors.graph.get(reference.uid)?.object) this.#tellInvalid(node, reference)
      return 'dangling'
    }
    const {deletionTimestamp, finalizers} = owner.metadata ?? {}
    return deletionTimestamp !== undefined && finalizers?.includes(FOREGROUND) ? 'waiting' : 'solid'
  }
  /** The cache does not have it, but a cache may be late. */
  async #find(
    resource: Resource,
    namespace: string | undefined,
    {name, uid}: Reference,
  ): Promise<DeepReadonly<KubeObject> | undefined> {
    const {client} = this.#context
    const owner = await client
      .get(resource, {name, namespace: resource.namespaced ? namespace : undefined})
      .catch(unlessReason('NotFound'))
    return owner?.metadata.uid === uid ? (owner as DeepReadonly<KubeObject>) : undefined
  }
  #tellInvalid(node: GraphNode, {apiVersion, kind, name, uid}: Reference): void {
    const namespace = node.object?.metadata?.namespace ?? ''
    const what = `ownerRef [${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
    const message = `${what} does not exist in namespace "${namespace}"`
    if (node.object) this.#context.events.record(node.object, 'Warning', 'OwnerRefInvalidNamespace', message)
  }

  async #orphanDependents(node: GraphNode, resource: Resource, object: DeepReadonly<KubeObject>): Promise<undefined> {
    await allSettled(
      [...node.dependents].map(async (dependent) => {
        if (!dependent.object || !dependent.resource) return
        const stay = ownersOf(dependent).filter(({uid}) => uid !== node.uid)
        await this.#setOwners(dependent.resource, dependent.object, stay)
      }),
    )
    await this.#dropFinalizer({...node, resource, object}, ORPHAN)
  }
  async #dropFinalizer({resource, object}: GraphNode, finalizer: string): Promise<undefined> {
    if (!resource || !object) return undefined
    const finalizers = object.metadata?.finalizers?.filter((name) => name !== finalizer)
    await this.#patch(resource, object, {finalizers})
    return undefined
  }
  async #setOwners(
    resource: Resource,
    object: DeepReadonly<KubeObject>,
    ownerReferences: readonly Reference[],
  ): Promise<undefined> {
    await this.#patch(resource, object, {ownerReferences: ownerReferences.length > 0 ? ownerReferences : null})
    return undefined
  }
  async #patch(resource: Resource, {metadata}: DeepReadonly<KubeObject>, change: object): Promise<void> {
    const {name = '', namespace, uid, resourceVersion} = metadata ?? {}
    const body = {metadata: {uid, resourceVersion, ...change}}
    await this.#context.client.patch(resource, {name, namespace}, {type: 'merge', body}).catch(unlessReason('NotFound'))
  }

  /** Owners wait for this one, which has dependents itself: they go first too. A circle would wait for ever: unblock. */
  async #deleteInForeground(node: GraphNode, resource: Resource, object: DeepReadonly<KubeObject>): Promise<undefined> {
    if ([...node.dependents].some(isDeletingDependents)) {
      const unblocked = ownersOf(node).map((reference) => ({...reference, blockOwnerDeletion: false}))
      if (ownersOf(node).some(({blockOwnerDeletion}) => blockOwnerDeletion === true))
        await this.#setOwners(resource, object, unblocked)
    }
    const {uid} = node
    const fresh = this.#monitors.graph.get(uid)?.object ?? object
    return this.#delete(resource, fresh, 'Foreground', {ignoreVersion: true})
  }
  async #delete(
    resource: Resource,
    {metadata}: DeepReadonly<KubeObject>,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
    {ignoreVersion = false} = {},
  ): Promise<undefined> {
    const {name = '', namespace, uid, resourceVersion} = metadata ?? {}
    try {
      await this.#context.client.delete(
        resource,
        {name, namespace},
        {
          propagationPolicy,
          preconditions: ignoreVersion ? {uid} : {uid, resourceVersion},
        },
      )
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error
    }
    return undefined
  }
}

const policyOf = ({metadata}: DeepReadonly<KubeObject>): 'Background' | 'Foreground' | 'Orphan' => {
  if (metadata?.finalizers?.includes(ORPHAN)) return 'Orphan'
  return metadata?.finalizers?.includes(FOREGROUND) ? 'Foreground' : 'Background'
}
