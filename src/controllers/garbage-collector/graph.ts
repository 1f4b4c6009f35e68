// Who owns whom, by uid. An owner that was only heard of from its dependents is in the graph too, as `virtual`, until
// it is seen or found to be absent.
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {OwnerReference} from '../../api/schema/types.gen.ts'

type Reference = DeepReadonly<OwnerReference>

export interface GraphNode {
  readonly uid: string
  /** Absent for a virtual owner: what is known of it is `reference`. */
  object: DeepReadonly<KubeObject> | undefined
  resource: Resource | undefined
  reference: Reference | undefined
  /** Of the dependent that told of it. */
  namespace: string | undefined
  readonly dependents: Set<GraphNode>
}

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

const noReferences: readonly Reference[] = []

export const ownersOf = ({object}: GraphNode): readonly Reference[] => object?.metadata?.ownerReferences ?? noReferences

export const isBeingDeleted = ({object}: GraphNode): boolean => object?.metadata?.deletionTimestamp !== undefined

const waitsFor = (node: GraphNode, finalizer: string): boolean =>
  isBeingDeleted(node) && node.object?.metadata?.finalizers?.includes(finalizer) === true

/** Waits for its dependents to go first. */
export const isDeletingDependents = (node: GraphNode): boolean => waitsFor(node, FOREGROUND)
/** Waits for its dependents to be set free. */
export const isOrphaning = (node: GraphNode): boolean => waitsFor(node, ORPHAN)

export const blockers = (owner: GraphNode): readonly GraphNode[] =>
  [...owner.dependents].filter((dependent) =>
    ownersOf(dependent).some(({uid, blockOwnerDeletion}) => uid === owner.uid && blockOwnerDeletion === true),
  )

export class Graph {
  readonly #nodes = new Map<string, GraphNode>()

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid)
  }
  nodes(): IterableIterator<GraphNode> {
    return this.#nodes.values()
  }

  /** Returns the uids that should be looked at because of it. */
  put(resource: Resource, object: DeepReadonly<KubeObject>): readonly string[] {
    const uid = object.metadata?.uid
    if (uid === undefined) return []
    const node = this.#nodes.get(uid) ?? this.#add(uid)
    const before = ownersOf(node)
    const wasDeletingDependents = isDeletingDependents(node)
    const wasOrphaning = isOrphaning(node)
    node.object = object
    node.resource = resource
    node.namespace = object.metadata?.namespace
    const looks: string[] = before === ownersOf(node) ? [] : this.#relink(node, before)
    if (isOrphaning(node) && !wasOrphaning) looks.push(uid)
    if (isDeletingDependents(node) && !wasDeletingDependents)
      looks.push(uid, ...[...node.dependents].map((dependent) => dependent.uid))
    // Owners that wait for this one may have been told only now that it is going.
    return looks
  }

  /** It is gone. Returns the uids that should be looked at because of it. */
  remove(uid: string): readonly string[] {
    const node = this.#nodes.get(uid)
    if (!node) return []
    const looks: string[] = []
    for (const {uid: ownerUid} of ownersOf(node)) {
      const owner = this.#nodes.get(ownerUid)
      if (!owner) continue
      owner.dependents.delete(node)
      if (isDeletingDependents(owner)) looks.push(ownerUid)
      this.#dropIfForgotten(owner)
    }
    for (const dependent of node.dependents) looks.push(dependent.uid)
    node.object = undefined
    node.resource = undefined
    if (node.dependents.size === 0) this.#nodes.delete(uid)
    return looks
  }

  #add(uid: string): GraphNode {
    const node: GraphNode = {
      uid,
      object: undefined,
      resource: undefined,
      reference: undefined,
      namespace: undefined,
      dependents: new Set(),
    }
    this.#nodes.set(uid, node)
    return node
  }
  #relink(node: GraphNode, before: readonly Reference[]): string[] {
    const looks: string[] = []
    const now = ownersOf(node)
    for (const reference of now) {
      let owner = this.#nodes.get(reference.uid)
      if (!owner) {
        owner = this.#add(reference.uid)
        owner.reference = reference
        owner.namespace = node.namespace
      }
      owner.dependents.add(node)
      // Not seen yet: look later whether it is there at all. Going: the newcomer goes too.
      if (!owner.object || isDeletingDependents(owner)) looks.push(node.uid)
    }
    for (const reference of before) {
      const owner = this.#nodes.get(reference.uid)
      if (!owner) continue
      if (!now.some(({uid}) => uid === reference.uid)) {
        owner.dependents.delete(node)
        this.#dropIfForgotten(owner)
      }
      if (isDeletingDependents(owner)) looks.push(owner.uid)
    }
    return looks
  }
  #dropIfForgotten(owner: GraphNode): void {
    if (!owner.object && owner.dependents.size === 0) this.#nodes.delete(owner.uid)
  }
}
