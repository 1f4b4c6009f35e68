// A client whose lists and watches a test writes down beforehand; everything else fails loudly.
import type {KubeObject, Stored, WatchEvent} from '../../src/api/object.ts'
import type {ApiClient, ListOptions, WatchOptions} from '../../src/client/contract.ts'

/** One answer to a watch: events to send, then it ends, fails or stays open until the signal. */
export interface ScriptedWatch {
  readonly events?: readonly WatchEvent<KubeObject>[]
  readonly after?: 'end' | Error
}

export interface Script {
  readonly lists: {readonly version: string; readonly items: readonly Stored<KubeObject>[]}[]
  readonly watches: ScriptedWatch[]
}

export interface ScriptedClient {
  readonly client: ApiClient
  /** `list`, `watch from 5`, ... in order. */
  readonly calls: string[]
}

export const scriptedClient = ({lists, watches}: Script): ScriptedClient => {
  const calls: string[] = []
  const list = async (_resource: unknown, _options?: ListOptions): Promise<unknown> => {
    calls.push('list')
    const next = lists.shift()
    if (!next) throw new Error('no list left in the script')
    return {apiVersion: 'v1', kind: 'List', metadata: {resourceVersion: next.version}, items: next.items}
  }
  async function* watch(_resource: unknown, options: WatchOptions = {}): AsyncGenerator<WatchEvent<KubeObject>> {
    calls.push(`watch from ${options.resourceVersion}`)
    const {events = [], after} = watches.shift() ?? {}
    yield* events
    if (after instanceof Error) throw after
    if (after !== 'end')
      await new Promise<void>((resolve) => options.signal?.addEventListener('abort', () => resolve()))
  }
  const refuse = new Proxy(
    {list, watch},
    {
      get: (known, name) =>
        Reflect.get(known, name) ??
        (() => {
          throw new Error(`not scripted: ${String(name)}`)
        }),
    },
  )
  return {client: refuse as unknown as ApiClient, calls}
}
