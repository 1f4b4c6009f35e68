// Five hundred custom kinds, one in ten as large as those that hold a pod: how long until they are there, what they
// cost in memory, how much later a daemon starts, how long discovery and OpenAPI take, when a new kind is usable, what
// a rule costs.
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {compileCel, environmentOf} from '../../src/api/cel/compile.ts'
import {type Type, types} from '../../src/api/cel/language/type.ts'
import {adapt} from '../../src/api/cel/values/adapt.ts'
import {type Asking, ask} from '../apiserver/test-server.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {withPod, withService} from '../helpers/large-definitions.ts'
import {until} from '../helpers/until.ts'

const COUNT = Number(process.env.MINI_BENCH_CRDS ?? 500)
const AT_ONCE = 8
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

const report = (name: string, value: string, target: string): void =>
  console.log(`crds, ${name}: ${value} (target ${target})`)

const socketOf = ({home}: TestHome): string => join(home, 'mini', 'mini.sock')
const pidOf = ({home}: TestHome): number => Number(readFileSync(join(home, 'mini', 'minid.pid'), 'utf8'))
const memoryMb = (cluster: TestHome): number => {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pidOf(cluster)}/status`, 'utf8'))?.[1]
  return Number(kb) / 1024
}

/** What the daemon's processor did: the same on a machine that is busy with other things. */
const processorMs = (cluster: TestHome): number => {
  const fields =
    readFileSync(`/proc/${pidOf(cluster)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const ok = async <T>(cluster: TestHome, path: string, asking?: Asking): Promise<T> => {
  const answer = await ask<T>(socketOf(cluster), path, asking)
  if (answer.status >= 400) throw new Error(answer.text)
  return answer.json
}

const crd = (index: number) =>
  (index % 10 === 0 ? withPod : withService)(`g${index % 25}.example.com`, `things${index}`, `Thing${index}`)

const install = async (cluster: TestHome): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < COUNT) await ok(cluster, definitions, {method: 'POST', body: crd(next++)})
  }
  await Promise.all(Array.from({length: AT_ONCE}, worker))
}

const isServed = async (cluster: TestHome, path: string): Promise<boolean> =>
  (await ask(socketOf(cluster), path)).status === 200

/** Until memory no longer falls. */
const settled = async (cluster: TestHome): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let same = 0; same < 6; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const now = memoryMb(cluster)
    same = now < least - 1 ? 0 : same + 1
    least = Math.min(least, now)
  }
  return least
}

await using cluster = await startCluster({args: ['--runtime', 'simulated', '--nodes', '1', '--addons', 'none']})
const emptyMb = await settled(cluster)
const restart = async (): Promise<number> => {
  await cluster.ok(['stop'])
  await cluster.ok(['start', '--runtime', 'simulated', '--nodes', '1', '--addons', 'none'])
  return processorMs(cluster)
}
const emptyStartMs = Math.min(await restart(), await restart())
const installMs = await timed(() => install(cluster))
report(`${COUNT} definitions`, `${(installMs / 1000).toFixed(1)} s`, '< 30 s')
const last = COUNT - 1
await until('the last kind to be served', () => isServed(cluster, `/apis/g${last % 25}.example.com/v1/things${last}`))
report(
  'memory they cost',
  `${((await settled(cluster)) - emptyMb).toFixed(0)} MB over ${emptyMb.toFixed(0)} MB`,
  '< 150 MB',
)
const startMs = Math.min(await restart(), await restart())
report('processor time until ready', `${startMs.toFixed(0)} ms, ${emptyStartMs.toFixed(0)} ms without`, '< 300 ms more')
report('memory they cost after a start', `${((await settled(cluster)) - emptyMb).toFixed(0)} MB`, '< 150 MB')
const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const discover = () => timed(() => ok(cluster, '/apis', {headers: {accept}}))
report(
  'discovery',
  `${(await discover()).toFixed(0)} ms, then ${(await discover()).toFixed(0)} ms`,
  '< 200 ms, then < 50 ms',
)
const index = () => timed(() => ok(cluster, '/openapi/v3'))
report(
  'OpenAPI index',
  `${(await index()).toFixed(0)} ms, then ${(await index()).toFixed(0)} ms`,
  '< 2 s, then < 50 ms',
)
const fresh = withService('new.example.com', 'fresh', 'Fresh')
const usableMs = await timed(async () => {
  await ok(cluster, definitions, {method: 'POST', body: fresh})
  while (!(await isServed(cluster, '/apis/new.example.com/v1/fresh')));
})
report('a new kind is usable after', `${usableMs.toFixed(0)} ms`, '< 100 ms')
if (!existsSync(socketOf(cluster))) throw new Error('the daemon is gone')

const rule = compileCel(
  "self.replicas >= 0 && self.names.all(n, n.startsWith('a')) && (!has(self.mode) || self.mode in ['x', 'y'])",
  environmentOf({variables: new Map<string, Type>([['self', types.dyn]])}),
)
const object = {
  replicas: 3,
  names: ['a', 'ab', 'abc'],
  mode: 'x',
  other: Object.fromEntries(Array.from({length: 50}, (_, at) => [`k${at}`, at])),
}
const ROUNDS = 20_000
const runs = async (): Promise<void> => {
  for (let at = 0; at < ROUNDS; at++) rule.run({self: adapt(object)})
}
await runs()
report('a rule', `${(((await timed(runs)) * 1000) / ROUNDS).toFixed(1)} us`, '< 50 us')
