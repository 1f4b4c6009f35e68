// Resizes of running pods and pods that the node refuses, on a real daemon.
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {nodes, pods} from '../../src/api/resources.ts'
import type {Container, Pod} from '../../src/api/schema/types.gen.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isOver, isReady, mainStatus, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const namespace = 'default'
let home: TestHome
let cluster: HostPods

before(async () => {
  if (!isRoot) return
  home = await startCluster({args: ['--addons', 'none']})
  cluster = await hostPods(home)
})
after(() => home?.[Symbol.asyncDispose]())

type Resources = Container['resources']
const resize = (name: string, resources: Resources): Promise<Pod> =>
  cluster.client.patch(
    pods,
    {namespace, name},
    {type: 'strategic', body: {spec: {containers: [{name: 'main', resources}]}}},
    {subresource: 'resize'},
  )
const memoryFiles = '/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max'
const loop = `while true; do cat ${memoryFiles} 2>/dev/null; sleep 0.1; done`
const condition = ({status}: Pod, type: string) => status?.conditions?.find((one) => one.type === type)

test('cpu and memory change in place, and the container sees it', options, async () => {
  const limits = {cpu: '500m', memory: '64Mi'}
  const requests = {cpu: '100m', memory: '32Mi'}
  await cluster.client.create(pods, podOf('grows', hostContainer(loop, {resources: {limits, requests}})))
  const first = await cluster.until('grows', isReady)
  assert.deepEqual(mainStatus(first)?.resources, {limits, requests})
  assert.deepEqual(mainStatus(first)?.allocatedResources, requests)
  await resize('grows', {limits: {cpu: '1', memory: '96Mi'}, requests: {cpu: '200m', memory: '48Mi'}})
  const grown = await cluster.until(
    'grows',
    (pod) => mainStatus(pod)?.resources?.limits?.memory === '96Mi' && !condition(pod, 'PodResizeInProgress'),
  )
  assert.deepEqual(mainStatus(grown)?.resources, {
    limits: {cpu: '1', memory: '96Mi'},
    requests: {cpu: '200m', memory: '48Mi'},
  })
  assert.deepEqual(mainStatus(grown)?.allocatedResources, {cpu: '200m', memory: '48Mi'})
  assert.equal(mainStatus(grown)?.restartCount, 0)
  assert.equal(mainStatus(grown)?.containerID, mainStatus(first)?.containerID)
  const tail = async (): Promise<string> => (await cluster.logs('grows', '?tailLines=1')).trim()
  while ((await tail()) !== String(96 * 1024 * 1024)) await new Promise((resolve) => setTimeout(resolve, 20))
  const reasons = (await cluster.events('grows')).map(({reason}) => reason)
  assert.ok(reasons.includes('ResizeStarted') && reasons.includes('ResizeCompleted'), reasons.join())
})

test('a container whose policy says so is started again with its new memory', options, async () => {
  const resources = {limits: {memory: '64Mi'}, requests: {memory: '64Mi'}}
  const resizePolicy = [{resourceName: 'memory', restartPolicy: 'RestartContainer'}]
  await cluster.client.create(pods, podOf('restarts', hostContainer(loop, {resources, resizePolicy})))
  await cluster.until('restarts', isReady)
  await resize('restarts', {limits: {memory: '80Mi'}, requests: {memory: '80Mi'}})
  const again = await cluster.until(
    'restarts',
    (pod) => mainStatus(pod)?.restartCount === 1 && isReady(pod) && !condition(pod, 'PodResizeInProgress'),
  )
  assert.deepEqual(mainStatus(again)?.resources?.limits, {memory: '80Mi'})
  await cluster.says('restarts', `${80 * 1024 * 1024}\n`)
})

test(
  'what the node does not have is infeasible, what it does not have now waits for others to go',
  options,
  async () => {
    const node = (await cluster.client.list(nodes)).items[0] ?? assert.fail('no node')
    const cpus = Number(node.status?.allocatable?.cpu)
    const small = {limits: {cpu: String(cpus + 1)}, requests: {cpu: '10m'}}
    await cluster.client.create(pods, podOf('wants', hostContainer('exec sleep 1000', {resources: small})))
    const half = {requests: {cpu: `${cpus * 500}m`}}
    await cluster.client.create(pods, podOf('has', hostContainer('exec sleep 1000', {resources: half})))
    await cluster.until('wants', isReady)
    await cluster.until('has', isReady)
    await resize('wants', {requests: {cpu: `${cpus * 1000 + 1}m`}})
    const never = await cluster.until('wants', (pod) => condition(pod, 'PodResizePending')?.reason === 'Infeasible')
    assert.equal(
      condition(never, 'PodResizePending')?.message,
      `Node didn't have enough capacity: cpu, requested: ${cpus * 1000 + 1}, capacity: ${cpus * 1000}`,
    )
    await resize('wants', {requests: {cpu: `${cpus * 600}m`}})
    const later = await cluster.until('wants', (pod) => condition(pod, 'PodResizePending')?.reason === 'Deferred')
    assert.equal(condition(later, 'PodResizePending')?.observedGeneration, later.metadata?.generation)
    assert.equal(mainStatus(later)?.allocatedResources?.cpu, '10m')
    await cluster.client.delete(pods, {namespace, name: 'has'})
    const given = await cluster.until('wants', (pod) => mainStatus(pod)?.resources?.requests?.cpu === `${cpus * 600}m`)
    assert.equal(condition(given, 'PodResizePending'), undefined)
  },
)

test('a pod that was given to the node past the scheduler and does not fit is refused for good', options, async () => {
  const nodeName = (await cluster.client.list(nodes)).items[0]?.metadata.name ?? ''
  const resources = {requests: {cpu: '1000'}}
  await cluster.client.create(pods, podOf('large', hostContainer('true', {resources}), {nodeName}))
  const {status} = await cluster.until('large', isOver)
  assert.equal(status?.reason, 'OutOfcpu')
  assert.match(
    status?.message ?? '',
    /^Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000, used: \d+, capacity: \d+$/,
  )
  assert.equal(status?.containerStatuses, undefined)
  const securityContext = {sysctls: [{name: 'net.core.somaxconn', value: '100'}]}
  await cluster.client.create(pods, podOf('sysctl', hostContainer('true'), {securityContext}))
  const refused = await cluster.until('sysctl', isOver)
  assert.equal(refused.status?.reason, 'SysctlForbidden')
})
