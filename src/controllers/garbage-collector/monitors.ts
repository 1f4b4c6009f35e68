// Follows every resource that can be deleted, custom ones as they come and go, and keeps the graph by it.
import {type KubeObject, keyOf} from '../../api/object.ts'
import {apiVersionOf, groupResourceOf, pathOf, type Resource, splitApiVersion} from '../../api/resource.ts'
import type {Cached, Informer, ReconcileContext} from '../../reconcile/contract.ts'
import {discover, type ServedResource} from '../discovery/discover.ts'
import {Graph} from './graph.ts'

interface Monitor {
  readonly resource: ServedResource
  readonly informer: Informer<KubeObject>
  readonly leave: () => void
}

/** Nothing owns events, and there are many. */
const ignored = new Set(['events', 'events.events.k8s.io'])
const needed = ['list', 'watch', 'delete']

/** An owner that was not seen is looked for after this while: usually it comes with the next watch event. */
const LOOK_FOR_OWNER_MS = 500

export class Monitors implements Disposable {
  readonly graph = new Graph()
  readonly #context: ReconcileContext
  readonly #enqueue: (uid: string, delayMs?: number) => void
  readonly #monitors = new Map<string, Monitor>()

  constructor(context: ReconcileContext, enqueue: (uid: string, delayMs?: number) => void) {
    this.#context = context
    this.#enqueue = enqueue
  }

  /** Follows what is served now; settles when all of it is in the graph. */
  async refresh(): Promise<void> {
    const {client, informers, signal} = this.#context
    const {resources, stale} = await discover(client, signal)
    const served = new Map(resources.filter(isCollectable).map((resource) => [pathOf(resource), resource]))
    for (const [path, resource] of served) if (!this.#monitors.has(path)) this.#follow(path, resource)
    for (const [path, monitor] of this.#monitors) {
      if (served.has(path) || stale.includes(apiVersionOf(monitor.resource))) continue
      this.#monitors.delete(path)
      monitor.leave()
      informers.forget(monitor.resource)
      for (const object of monitor.informer.cache.list()) this.#gone(object)
    }
    await Promise.all([...this.#monitors.values()].map(({informer}) => informer.synced(signal)))
    for (const node of this.graph.nodes()) if (!node.object) for (const {uid} of node.dependents) this.#enqueue(uid)
  }

  /** The resource of a kind as an owner reference names it. */
  resourceOf(apiVersion: string, kind: string): Resource | undefined {
    const {group} = splitApiVersion(apiVersion)
    for (const {resource} of this.#monitors.values())
      if (resource.kind === kind && resource.group === group) return resource
    return undefined
  }
  cached(resource: Resource, namespace: string | undefined, name: string): Cached<KubeObject> | undefined {
    return this.#monitors
      .get(pathOf(resource))
      ?.informer.cache.getByKey(keyOf({metadata: {name, namespace: resource.namespaced ? namespace : undefined}}))
  }
  [Symbol.dispose](): void {
    for (const {leave} of this.#monitors.values()) leave()
    this.#monitors.clear()
  }

  #follow(path: string, resource: ServedResource): void {
    const informer = this.#context.informers.informer(resource)
    const leave = informer.onChange(({type, object}) => {
      if (type === 'deleted') this.#gone(object)
      else for (const uid of this.graph.put(resource, object)) this.#look(uid)
    })
    this.#monitors.set(path, {resource, informer, leave})
  }
  #gone(object: Cached<KubeObject>): void {
    for (const uid of this.graph.remove(object.metadata.uid)) this.#enqueue(uid)
  }
  #look(uid: string): void {
    const node = this.graph.get(uid)
    const isOwnerUnseen = node?.object?.metadata?.ownerReferences?.some(
      ({uid: owner}) => !this.graph.get(owner)?.object,
    )
    this.#enqueue(uid, isOwnerUnseen ? LOOK_FOR_OWNER_MS : 0)
  }
}

const isCollectable = (resource: ServedResource): boolean =>
  resource.isPreferred &&
  needed.every((verb) => resource.verbs.includes(verb)) &&
  !ignored.has(groupResourceOf(resource))
