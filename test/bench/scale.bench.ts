// A large cluster in one process: nodes Ready, pods created, scheduled and Running, rolled, deleted; with what it cost
// in memory and in delays of the event loop.
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {deployments, nodes, pods} from '../../src/api/resources.ts'
import {controllers} from '../../src/controllers/index.ts'
import type {InProcess} from '../helpers/in-process.ts'
import {startInProcess} from '../helpers/in-process.ts'

const NODES = Number(process.env.MINI_BENCH_NODES ?? 1000)
const PODS = Number(process.env.MINI_BENCH_PODS ?? 10_000)
const ROLLED = Math.min(1000, PODS)
const AT_ONCE = 64

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const report = (name: string, value: string, target: string): void =>
  console.log(`scale, ${name}: ${value} (target ${target})`)

/** Waits for changes, not for time: `holds` is asked after each change of a pod or node. */
const when = (cluster: InProcess, resource: typeof pods | typeof nodes, holds: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = cluster.informers.informer<object>(resource as never).onChange(() => {
      if (!holds()) return
      queueMicrotask(() => stop())
      resolve()
    })
  })

/** Wall time; beside it the processor time, which says the same on a machine that is busy with other things. */
const measured = async (work: () => Promise<void>): Promise<number> => {
  const start = performance.now()
  const before = process.cpuUsage()
  await work()
  const {user, system} = process.cpuUsage(before)
  console.log(`scale, processor time of the next: ${seconds((user + system) / 1000)}`)
  return performance.now() - start
}

const inParallel = async (count: number, work: (index: number) => Promise<unknown>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({length: AT_ONCE}, worker))
}

const container = (image: string) => ({name: 'c', image, resources: {requests: {cpu: '1m', memory: '1Mi'}}})

const cpuShare = async (ms: number): Promise<number> => {
  const before = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, ms))
  const {user, system} = process.cpuUsage(before)
  return (user + system) / 10 / ms
}

const delay = monitorEventLoopDelay({resolution: 5})
const start = performance.now()
await using cluster = await startInProcess({
  scheduler: true,
  nodes: {count: NODES, cpu: '32', memory: '256Gi'},
  controllers,
  durable: true,
})
const {client, informers} = cluster
const nodeCache = informers.informer(nodes).cache
const podCache = informers.informer(pods).cache
const isReady = () =>
  nodeCache.size === NODES &&
  nodeCache
    .list()
    .every(({status}) => status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True'))
let known = 0
await when(cluster, nodes, () => ++known >= 2 * NODES && isReady())
report(`${NODES} nodes Ready`, seconds(performance.now() - start), '10 s')

delay.enable()
let running = 0
const seen = new Set<string>()
informers.informer(pods).onChange(({type, object}) => {
  if (type !== 'deleted' && object.status?.phase === 'Running' && !seen.has(object.metadata.uid)) {
    seen.add(object.metadata.uid)
    running++
  }
})
const startOfPods = performance.now()
const created = await measured(async () => {
  const all = when(cluster, pods, () => running >= PODS)
  await inParallel(PODS, (index) =>
    client.create(pods, {
      metadata: {name: `p-${index}`, namespace: 'default'},
      spec: {containers: [container('app:1')]},
    }),
  )
  report(`${PODS} pods created`, seconds(performance.now() - startOfPods), '-')
  await all
})
report(`${PODS} pods Running`, seconds(created), '20 s')
report('resident memory', `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`, '1024 MiB')
report('event loop delay p99', `${Math.round(delay.percentile(99) / 1e6)} ms`, '50 ms')
delay.disable()

const deleted = await measured(async () => {
  const gone = when(cluster, pods, () => podCache.size === 0)
  await inParallel(PODS, (index) => client.delete(pods, {namespace: 'default', name: `p-${index}`}))
  await gone
})
report(`${PODS} pods deleted`, seconds(deleted), '20 s')

const template = (image: string) => ({
  metadata: {labels: {app: 'web'}},
  spec: {containers: [container(image)]},
})
const ready = () =>
  podCache.list().filter(({spec, status}) => status?.phase === 'Running' && spec?.containers[0]?.image === 'app:2')
const rolled = await measured(async () => {
  const up = when(
    cluster,
    pods,
    () => podCache.size === ROLLED && podCache.list().every(({status}) => status?.phase === 'Running'),
  )
  await client.create(deployments, {
    metadata: {name: 'web', namespace: 'default'},
    spec: {replicas: ROLLED, selector: {matchLabels: {app: 'web'}}, template: template('app:1')},
  })
  await up
})
report(`Deployment of ${ROLLED} up`, seconds(rolled), '-')
const over = await measured(async () => {
  const done = when(cluster, pods, () => podCache.size === ROLLED && ready().length === ROLLED)
  await client.patch(
    deployments,
    {namespace: 'default', name: 'web'},
    {type: 'merge', body: {spec: {template: template('app:2')}}},
  )
  await done
})
report(`Deployment of ${ROLLED} rolled`, seconds(over), '15 s')
report('idle', `${(await cpuShare(10_000)).toFixed(2)}% of a core`, '1%')
