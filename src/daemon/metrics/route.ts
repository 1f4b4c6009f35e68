// metrics.k8s.io, as `top` and autoscalers ask for it.
import {ApiError} from '../../api/errors.ts'
import {formatTime} from '../../api/meta/time.ts'
import type {Stored} from '../../api/object.ts'
import {nodes, pods} from '../../api/resources.ts'
import type {Node, Pod} from '../../api/schema/types.gen.ts'
import type {ApiResponse} from '../../api/transport.ts'
import type {Route} from '../../apiserver/contract.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {Rate, Samples} from './samples.ts'
import {containerKey, nodeKey} from './summary.ts'

const ROOT = '/apis/metrics.k8s.io/v1beta1/'
const VERSION = 'metrics.k8s.io/v1beta1'

const answer = (object: object): ApiResponse => ({
  status: 200,
  headers: {'content-type': 'application/json'},
  body: Buffer.from(JSON.stringify(object)),
})

const usage = ({cpuNanos, workingSetBytes}: Pick<Rate, 'cpuNanos' | 'workingSetBytes'>) => ({
  cpu: cpuNanos === 0 ? '0' : `${cpuNanos}n`,
  memory: `${Math.ceil(workingSetBytes / 1024)}Ki`,
})

const facts = ({metadata}: Stored<Pod> | Stored<Node>, {atMs, windowMs}: Rate) => ({
  metadata: {
    name: metadata.name,
    ...(metadata.namespace ? {namespace: metadata.namespace} : {}),
    creationTimestamp: formatTime(atMs),
    ...(metadata.labels ? {labels: metadata.labels} : {}),
  },
  timestamp: formatTime(atMs),
  window: `${(windowMs / 1000).toFixed(3).replace(/\.?0+$/, '')}s`,
})

const podMetrics = (samples: Samples, pod: Stored<Pod>): object | undefined => {
  const running = (pod.status?.containerStatuses ?? []).filter(({state}) => state?.running)
  // A static pod's kubelet knows it by the uid that its mirror carries.
  const uid = pod.metadata.annotations?.['kubernetes.io/config.mirror'] ?? pod.metadata.uid
  const rates = running.flatMap(({name}) => {
    const rate = samples.rate(containerKey(uid, name))
    return rate ? [{name, rate}] : []
  })
  const [first] = rates
  // Half a pod would mislead autoscalers.
  if (!first || rates.length < running.length) return undefined
  return {...facts(pod, first.rate), containers: rates.map(({name, rate}) => ({name, usage: usage(rate)}))}
}

const nodeMetrics = (samples: Samples, node: Stored<Node>): object | undefined => {
  const rate = samples.rate(nodeKey(node.metadata.name))
  return rate && {...facts(node, rate), usage: usage(rate)}
}

const notFound = (kind: string, name: string): ApiError =>
  new ApiError('NotFound', `${kind}.metrics.k8s.io "${name}" not found`, {
    details: {group: 'metrics.k8s.io', kind, name},
  })

export const metricsRoute = (samples: Samples, client: ApiClient): Route => {
  const list = (kind: string, items: readonly (object | undefined)[]): ApiResponse =>
    answer({kind: `${kind}List`, apiVersion: VERSION, metadata: {}, items: items.filter((item) => item !== undefined)})
  const one = (kind: string, plural: string, name: string, found: object | undefined): ApiResponse => {
    if (!found) throw notFound(plural, name)
    return answer({kind, apiVersion: VERSION, ...found})
  }

  return {
    name: 'metrics',
    matches: (path) => path.startsWith(ROOT),
    handle: async ({signal, url}) => {
      const {pathname, searchParams} = new URL(url, 'http://x')
      const labelSelector = searchParams.get('labelSelector') ?? undefined
      const [first, second = '', third, fourth] = pathname
        .slice(ROOT.length)
        .split('/')
        .filter(Boolean)
        .map(decodeURIComponent)
      if (first === 'nodes' && second) {
        const node = await client.get(nodes, {name: second}, {signal})
        return one('NodeMetrics', 'nodes', second, nodeMetrics(samples, node))
      }
      if (first === 'nodes') {
        const {items} = await client.list(nodes, {labelSelector, signal})
        return list(
          'NodeMetrics',
          items.map((node) => nodeMetrics(samples, node)),
        )
      }
      if (third === 'pods' && fourth) {
        const pod = await client.get(pods, {namespace: second, name: fourth}, {signal})
        return one('PodMetrics', 'pods', `${second}/${fourth}`, podMetrics(samples, pod))
      }
      if (first !== 'pods' && third !== 'pods') return undefined
      const namespace = first === 'namespaces' ? second : undefined
      const {items} = await client.list(pods, {namespace, labelSelector, signal})
      return list(
        'PodMetrics',
        items.map((pod) => podMetrics(samples, pod)),
      )
    },
  }
}
