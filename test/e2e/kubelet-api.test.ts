// The kubelet's own pages, through the API server's node proxy.
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {pods} from '../../src/api/resources.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isReady, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
let home: TestHome
let cluster: HostPods

before(async () => {
  if (!isRoot) return
  home = await startCluster({args: ['--addons', 'none'], kubelet: {containerLogMaxFiles: 7}})
  cluster = await hostPods(home)
  const readinessProbe = {exec: {command: ['true']}, periodSeconds: 1}
  const container = hostContainer('head -c 200000 /dev/zero > /work/file; exec sleep 1000', {
    readinessProbe,
    volumeMounts: [{name: 'work', mountPath: '/work'}],
  })
  await cluster.client.create(pods, podOf('web', container, {volumes: [{name: 'work', emptyDir: {}}]}))
  await cluster.until('web', isReady)
})
after(() => home?.[Symbol.asyncDispose]())

const page = (path: string, node = 'node-1'): Promise<string> => cluster.text(`/api/v1/nodes/${node}/proxy/${path}`)

test('it is healthy, with its port named or not', options, async () => {
  assert.equal(await page('healthz'), 'ok')
  assert.equal(await page('healthz', 'node-1:10250'), 'ok')
})

test('it lists its pods, and shows its settings', options, async () => {
  const {items, kind} = JSON.parse(await page('pods'))
  assert.equal(kind, 'PodList')
  assert.equal(items[0].metadata.name, 'web')
  const {kubeletconfig} = JSON.parse(await page('configz'))
  assert.deepEqual([kubeletconfig.containerLogMaxFiles, kubeletconfig.maxPods], [7, 110])
})

test('the summary has the node, its pods, their containers and volumes', options, async () => {
  const {node, pods: all} = JSON.parse(await page('stats/summary'))
  assert.ok(node.memory.availableBytes > 0 && node.fs.capacityBytes > 0 && node.runtime.imageFs.capacityBytes > 0)
  assert.ok(node.rlimit.maxpid > node.rlimit.curproc)
  const [pod] = all
  assert.deepEqual([pod.podRef.namespace, pod.podRef.name], ['default', 'web'])
  assert.equal(pod.containers[0].name, 'main')
  assert.ok(Date.parse(pod.containers[0].startTime) > Date.now() - 600_000)
  assert.ok(pod.containers[0].memory.workingSetBytes > 0)
  const work = pod.volume.find(({name}: {name: string}) => name === 'work')
  assert.ok(work.usedBytes >= 200_000, String(work.usedBytes))
})

test('its metrics count what it did, and are of the families that dashboards know', options, async () => {
  const own = await page('metrics')
  assert.match(own, /^kubelet_started_containers_total\{container_type="container"\} 1$/m)
  assert.match(own, /^kubelet_running_pods 1$/m)
  assert.match(
    await page('metrics/probes'),
    /^prober_probe_total\{container="main",namespace="default",pod="web",pod_uid="[^"]+",probe_type="Readiness",result="successful"\} \d+$/m,
  )
  const cadvisor = await page('metrics/cadvisor')
  assert.match(
    cadvisor,
    /^container_cpu_usage_seconds_total\{container="main",cpu="total",id="[0-9a-f]+",image="host",name="[0-9a-f]+",namespace="default",pod="web"\} [\d.e-]+ \d+$/m,
  )
  assert.match(cadvisor, /^machine_cpu_cores \d+$/m)
  assert.match(
    await page('metrics/resource'),
    /^pod_memory_working_set_bytes\{namespace="default",pod="web"\} \d+ \d+$/m,
  )
})

test('it shows its log files and nothing outside their folder', options, async () => {
  assert.match(await page('logs/'), /<a href="minid\.log">minid\.log<\/a>/)
  assert.match(await page('logs/audit.log'), /^\{"kind":"Event"/)
  await assert.rejects(page('logs/..%2fstate.db'), /404/)
  await assert.rejects(page('logs/none.log'), /404/)
})

test('what it cannot do it says', options, async () => {
  const url = '/api/v1/nodes/node-1/proxy/checkpoint/default/web/main'
  await assert.rejects(cluster.text(url, 'POST'), /500 checkpointing of containers is not supported by this runtime/)
  await assert.rejects(page('none'), /404/)
})
