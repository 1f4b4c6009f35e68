import assert from 'node:assert/strict'
import {linkSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {defaultKubeletConfig, type KubeletConfig, kubeletConfig} from '../../src/kubelet/config.ts'
import {diskUsage} from '../../src/kubelet/eviction/disk-usage.ts'
import {Evictor} from '../../src/kubelet/eviction/evictor.ts'
import type {PodUse} from '../../src/kubelet/eviction/rank.ts'
import type {StorageUse} from '../../src/kubelet/eviction/storage-limits.ts'
import type {Observations} from '../../src/kubelet/eviction/thresholds.ts'
import type {ThePod} from '../../src/kubelet/pods/types.ts'
import {fakeClock} from '../helpers/fake-clock.ts'
import {tempFolder} from '../helpers/temp.ts'

const MI = 1024 * 1024
const podNamed = (name: string, spec: Partial<NonNullable<Pod['spec']>> = {}, metadata: Pod['metadata'] = {}): ThePod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '', ...metadata},
    spec: {containers: [{name: 'main', image: 'host'}], ...spec},
  }) as ThePod

const withRequest = (memory: string): Partial<NonNullable<Pod['spec']>> => ({
  containers: [{name: 'main', image: 'host', resources: {requests: {memory}}}],
})

interface Scene {
  readonly config?: Partial<KubeletConfig>
  readonly pods: readonly ThePod[]
  readonly memoryMi?: Readonly<Record<string, number>>
  readonly storage?: Partial<StorageUse>
}

const node = ({config = {}, memoryMi = {}, pods, storage}: Scene) => {
  const clock = fakeClock()
  const scene = {
    observations: {'memory.available': {available: 4096 * MI, capacity: 8192 * MI}} as Observations,
    evicted: [] as {name: string; message: string; grace: number}[],
    reclaims: 0,
    changes: 0,
  }
  const uses = async (given: readonly ThePod[]): Promise<PodUse[]> =>
    given.map((pod) => {
      const memoryBytes = (memoryMi[pod.metadata.name] ?? 0) * MI
      const containers = [{name: 'main', memoryBytes, diskBytes: 0}]
      return {pod, containers, memoryBytes, diskBytes: 0, inodes: 0, processes: 0}
    })
  const evictor = new Evictor({
    config: {
      ...defaultKubeletConfig,
      evictionHard: {'memory.available': '100Mi', 'nodefs.available': '10%'},
      ...config,
    },
    clock,
    observe: async () => scene.observations,
    uses,
    pods: () => pods,
    storageUse: async () => ({emptyDirs: new Map(), containers: new Map(), totalBytes: 0, ...storage}),
    reclaimDisk: async () => void scene.reclaims++,
    evict: ({metadata}, {message}, grace) => scene.evicted.push({name: metadata.name, message, grace}),
    pressureChanged: () => void scene.changes++,
  })
  return {clock, evictor, scene}
}
const low = {'memory.available': {available: 50 * MI, capacity: 8192 * MI}}

test('with enough of everything nobody is evicted and no condition holds', async () => {
  const {evictor, scene} = node({pods: [podNamed('a')]})
  await evictor.look()
  assert.deepEqual([scene.evicted, scene.changes, [...evictor.pressures]], [[], 0, []])
})

test('short of memory, one pod a look goes: who exceeds its request, then the least important, then the greediest', async () => {
  const within = podNamed('within', withRequest('500Mi'))
  const important = podNamed('important', {priority: 10})
  const greedy = podNamed('greedy', withRequest('100Mi'))
  const small = podNamed('small')
  const {evictor, scene} = node({
    pods: [within, important, small, greedy],
    memoryMi: {within: 400, important: 900, greedy: 300, small: 20},
  })
  scene.observations = low
  await evictor.look()
  assert.deepEqual(scene.evicted, [
    {
      name: 'greedy',
      grace: 1,
      message:
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container main was using 300Mi, request is 100Mi, has larger consumption of memory. ',
    },
  ])
  assert.deepEqual([...evictor.pressures], ['MemoryPressure'])
})

test('critical and static pods stay whatever happens', async () => {
  const critical = podNamed('critical', {priority: 2_000_000_000})
  const fromFile = podNamed('file', {}, {annotations: {'kubernetes.io/config.source': 'file'}} as Pod['metadata'])
  const {evictor, scene} = node({pods: [critical, fromFile], memoryMi: {critical: 900, file: 900}})
  scene.observations = low
  await evictor.look()
  assert.deepEqual(scene.evicted, [])
})

test('a condition stays five minutes after its cause has gone', async () => {
  const {clock, evictor, scene} = node({pods: []})
  scene.observations = low
  await evictor.look()
  scene.observations = {'memory.available': {available: 4096 * MI, capacity: 8192 * MI}}
  await clock.advance(299_000)
  await evictor.look()
  assert.deepEqual([...evictor.pressures], ['MemoryPressure'])
  await clock.advance(2000)
  await evictor.look()
  assert.deepEqual([[...evictor.pressures], scene.changes], [[], 2])
})

test('a soft threshold waits for its grace period, and the pod gets time to end', async () => {
  const {clock, evictor, scene} = node({
    pods: [podNamed('a', {terminationGracePeriodSeconds: 60})],
    config: {
      evictionHard: {},
      evictionSoft: {'memory.available': '200Mi'},
      evictionSoftGracePeriod: {'memory.available': '1m30s'},
      evictionMaxPodGracePeriod: 20,
    },
  })
  scene.observations = low
  await evictor.look()
  await clock.advance(89_000)
  await evictor.look()
  assert.deepEqual(scene.evicted, [])
  await clock.advance(2000)
  await evictor.look()
  assert.deepEqual(
    scene.evicted.map(({grace, name}) => [name, grace]),
    [['a', 20]],
  )
})

test('short of disk, what nobody needs goes first, and that may be enough', async () => {
  const full = {'nodefs.available': {available: 5, capacity: 100}}
  const {evictor, scene} = node({pods: [podNamed('a')]})
  scene.observations = full
  await evictor.look()
  assert.deepEqual([scene.reclaims, scene.evicted.length], [1, 1])
  const lucky = node({pods: [podNamed('a')]})
  lucky.scene.observations = full
  const look = lucky.evictor.look()
  lucky.scene.observations = {'nodefs.available': {available: 50, capacity: 100}}
  await look
  assert.deepEqual([lucky.scene.reclaims, lucky.scene.evicted.length], [1, 0])
})

test('who writes more than a limit allows goes, and is told which limit', async () => {
  const limited = podNamed('limited', {
    containers: [{name: 'main', image: 'host', resources: {limits: {'ephemeral-storage': '2Mi'}}}],
    volumes: [{name: 'scratch', emptyDir: {sizeLimit: '1Mi'}}],
  })
  const messageFor = async (storage: Partial<StorageUse>): Promise<string | undefined> => {
    const {evictor, scene} = node({pods: [limited], storage})
    await evictor.look()
    return scene.evicted[0]?.message
  }
  assert.equal(await messageFor({emptyDirs: new Map([['scratch', MI]]), totalBytes: 2 * MI}), undefined)
  assert.equal(
    await messageFor({emptyDirs: new Map([['scratch', MI + 1]])}),
    'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". ',
  )
  assert.equal(
    await messageFor({totalBytes: 2 * MI + 1}),
    'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
  )
  assert.equal(
    await messageFor({containers: new Map([['main', 2 * MI + 1]])}),
    'Container main exceeded its local ephemeral storage limit "2Mi". ',
  )
})

test('a folder takes what its blocks take, and a file with two names counts once', async () => {
  using folder = tempFolder()
  mkdirSync(join(folder.path, 'inside'))
  writeFileSync(join(folder.path, 'inside', 'a'), Buffer.alloc(100_000, 1))
  const before = await diskUsage(folder.path)
  linkSync(join(folder.path, 'inside', 'a'), join(folder.path, 'b'))
  const after = await diskUsage(folder.path)
  assert.ok(before.bytes >= 100_000)
  assert.equal(after.inodes, before.inodes)
})

test('settings of the kubelet are checked by name and by kind', () => {
  assert.equal(kubeletConfig({maxPods: 20}).maxPods, 20)
  assert.throws(() => kubeletConfig({maxPod: 20}), /unknown setting "maxPod"/)
  assert.throws(() => kubeletConfig({maxPods: 'many'}), /invalid maxPods: must be a number/)
  assert.throws(() => kubeletConfig({kind: 'Pod'}), /kind must be KubeletConfiguration/)
})
