// A cache may be behind one's own write: a controller that created a pod and looks again too soon would create another.
// So every write of a reconcile is remembered with the version it led to, and the key is not reconciled again before
// the caches it reads have caught up. (Kubernetes counts expectations for the same end.)
import {type DeepReadonly, type KubeObject, keyOf} from '../api/object.ts'
import type {Resource} from '../api/resource.ts'
import type {ApiClient, CallOptions} from '../client/contract.ts'
import type {Informers} from './informers.ts'

/** True as soon as the caches show the write. */
export type IsSeen = () => boolean

interface Written {
  readonly resource: Resource
  readonly isSeen: IsSeen
}

export class OwnWrites {
  readonly #informers: Informers
  readonly #writes: Written[] = []

  constructor(informers: Informers) {
    this.#informers = informers
  }
  /** The first write the caches do not show yet. */
  unseen(): Written | undefined {
    return this.#writes.find(({isSeen}) => !isSeen())
  }
  wrote(resource: Resource, answer: DeepReadonly<KubeObject>): void {
    const revision = Number(answer.metadata?.resourceVersion)
    const informer = this.#informers.peek(resource)
    if (!informer || !Number.isSafeInteger(revision)) return
    this.#writes.push({resource, isSeen: () => informer.revision >= revision})
  }
  deleted(resource: Resource, key: string): void {
    const informer = this.#informers.peek(resource)
    const uid = informer?.cache.getByKey(key)?.metadata.uid
    if (!informer || uid === undefined) return
    const isSeen = (): boolean => {
      const now = informer.cache.getByKey(key)
      return now === undefined || now.metadata.uid !== uid || now.metadata.deletionTimestamp !== undefined
    }
    this.#writes.push({resource, isSeen})
  }
}

/** The same client, with the signal in every call and every write noted. */
export const notingClient = (client: ApiClient, writes: OwnWrites, signal: AbortSignal): ApiClient => {
  const call = <Options extends CallOptions>(options: Options | undefined): Options & {signal: AbortSignal} =>
    ({...options, signal: options?.signal ?? signal}) as Options & {signal: AbortSignal}
  const note = async <Answer extends KubeObject>(resource: Resource, answer: Promise<Answer>): Promise<Answer> => {
    const object = await answer
    writes.wrote(resource, object)
    return object
  }
  return {
    get: (resource, name, options) => client.get(resource, name, call(options)),
    list: (resource, options) => client.list(resource, call(options)),
    watch: (resource, options) => client.watch(resource, call(options)),
    create: (resource, object, options) => note(resource, client.create(resource, object, call(options))),
    update: (resource, object, options) => note(resource, client.update(resource, object, call(options))),
    patch: (resource, name, patch, options) => note(resource, client.patch(resource, name, patch, call(options))),
    apply: (resource, object, options) => note(resource, client.apply(resource, object, call(options))),
    delete: async (resource, name, options) => {
      const answer = await client.delete(resource, name, call(options))
      if (!options?.dryRun) writes.deleted(resource, keyOf({metadata: name}))
      return answer
    },
    deleteCollection: (resource, list, options) => client.deleteCollection(resource, list, call(options)),
    post: (resource, name, subresource, body, options) => client.post(resource, name, subresource, body, call(options)),
    raw: (request) => client.raw({signal, ...request}),
    stream: (request) => client.stream(request),
    as: (identity) => notingClient(client.as(identity), writes, signal),
  }
}
