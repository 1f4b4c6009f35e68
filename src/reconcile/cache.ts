// What an informer knows: objects by key, by namespace and by whatever indexes were asked for. Lists are built once
// and kept until a member changes, so that reading the same bucket again costs nothing.
import {type KubeObject, keyOf, type ObjectName} from '../api/object.ts'
import type {Cache, Cached, IndexFunction} from './contract.ts'

class Bucket<T extends KubeObject> {
  readonly members = new Map<string, Cached<T>>()
  #list: readonly Cached<T>[] | undefined

  set(key: string, object: Cached<T>): void {
    this.members.set(key, object)
    this.#list = undefined
  }
  delete(key: string): void {
    this.members.delete(key)
    this.#list = undefined
  }
  list(): readonly Cached<T>[] {
    this.#list ??= [...this.members.values()]
    return this.#list
  }
}

interface Index<T extends KubeObject> {
  readonly valuesOf: IndexFunction<T>
  readonly buckets: Map<string, Bucket<T>>
}

const noValues: readonly string[] = []

/** The uid of the controlling owner. */
const controllerUid = (object: Cached<KubeObject>): readonly string[] => {
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true)
  return owner ? [owner.uid] : noValues
}

const namespaceOf = (object: Cached<KubeObject>): readonly string[] =>
  object.metadata.namespace ? [object.metadata.namespace] : noValues

export class IndexedCache<T extends KubeObject> implements Cache<T> {
  readonly #all = new Bucket<T>()
  readonly #namespaces: Index<T> = {valuesOf: namespaceOf as IndexFunction<T>, buckets: new Map()}
  readonly #indexes = new Map<string, Index<T>>([
    ['owner', {valuesOf: controllerUid as IndexFunction<T>, buckets: new Map()}],
  ])

  get size(): number {
    return this.#all.members.size
  }
  get({namespace, name}: ObjectName): Cached<T> | undefined {
    return this.getByKey(namespace ? `${namespace}/${name}` : name)
  }
  getByKey(key: string): Cached<T> | undefined {
    return this.#all.members.get(key)
  }
  keys(): IterableIterator<string> {
    return this.#all.members.keys()
  }
  list(namespace?: string): readonly Cached<T>[] {
    if (namespace === undefined) return this.#all.list()
    return this.#namespaces.buckets.get(namespace)?.list() ?? []
  }
  byIndex(name: string, value: string): readonly Cached<T>[] {
    const index = this.#indexes.get(name)
    if (!index) throw new Error(`no index called ${name}: declare it where the resource is watched`)
    return index.buckets.get(value)?.list() ?? []
  }
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return
    const index: Index<T> = {valuesOf, buckets: new Map()}
    this.#indexes.set(name, index)
    for (const [key, object] of this.#all.members) file(index, key, undefined, object)
  }
  /** Returns what was there before. */
  put(object: Cached<T>): Cached<T> | undefined {
    const key = keyOf(object as Cached<KubeObject>)
    const previous = this.#all.members.get(key)
    this.#all.set(key, object)
    this.#refile(key, previous, object)
    return previous
  }
  remove(key: string): Cached<T> | undefined {
    const previous = this.#all.members.get(key)
    if (!previous) return undefined
    this.#all.delete(key)
    this.#refile(key, previous, undefined)
    return previous
  }
  #refile(key: string, previous: Cached<T> | undefined, next: Cached<T> | undefined): void {
    file(this.#namespaces, key, previous, next)
    for (const index of this.#indexes.values()) file(index, key, previous, next)
  }
}

const file = <T extends KubeObject>(
  {valuesOf, buckets}: Index<T>,
  key: string,
  previous: Cached<T> | undefined,
  next: Cached<T> | undefined,
): void => {
  const values = next ? valuesOf(next) : noValues
  if (previous)
    for (const value of valuesOf(previous)) {
      if (values.includes(value)) continue
      const bucket = buckets.get(value)
      bucket?.delete(key)
      if (bucket?.members.size === 0) buckets.delete(value)
    }
  if (!next) return
  for (const value of values) {
    let bucket = buckets.get(value)
    if (!bucket) buckets.set(value, (bucket = new Bucket<T>()))
    bucket.set(key, next)
  }
}
