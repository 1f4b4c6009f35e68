// A node's summary as its kubelet gives it, as samples.
import type {ApiClient} from '../../client/contract.ts'
import type {Sample} from './samples.ts'

interface Usage {
  readonly cpu?: {readonly time: string; readonly usageCoreNanoSeconds?: number}
  readonly memory?: {readonly workingSetBytes?: number}
}

interface Summary {
  readonly node: Usage
  readonly pods: readonly {
    readonly podRef: {readonly namespace: string; readonly name: string; readonly uid: string}
    readonly containers: readonly (Usage & {readonly name: string})[]
  }[]
}

const sampleOf = ({cpu, memory}: Usage, nowMs: number): Sample => ({
  atMs: nowMs,
  cpuNanos: cpu?.usageCoreNanoSeconds ?? 0,
  workingSetBytes: memory?.workingSetBytes ?? 0,
})

export const nodeKey = (name: string): string => `node/${name}`
export const containerKey = (uid: string, container: string): string => `pod/${uid}/${container}`

const textOf = async (body: Uint8Array | AsyncIterable<Uint8Array>): Promise<string> => {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Nothing where the node does not answer. */
export const readSummary = async (
  client: ApiClient,
  node: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<readonly (readonly [string, Sample])[]> => {
  const url = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`
  const {body, status} = await client.raw({method: 'GET', url, headers: {}, signal})
  if (status !== 200) return []
  const summary = JSON.parse(await textOf(body)) as Summary
  return [
    [nodeKey(node), sampleOf(summary.node, nowMs)],
    ...summary.pods.flatMap(({containers, podRef}) =>
      containers.map((container) => [containerKey(podRef.uid, container.name), sampleOf(container, nowMs)] as const),
    ),
  ]
}
