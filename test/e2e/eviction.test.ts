// Evictions on a real daemon: of a pod that writes too much, and of one on a node that is short of memory.
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {nodes, pods} from '../../src/api/resources.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isOver, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
let home: TestHome
let cluster: HostPods

before(async () => {
  if (!isRoot) return
  // No machine has nearly all of its memory free.
  const kubelet = {evictionHard: {'memory.available': '99%'}, housekeepingInterval: '2s'}
  home = await startCluster({args: ['--addons', 'none'], kubelet})
  cluster = await hostPods(home)
})
after(() => home?.[Symbol.asyncDispose]())

test(
  'the pod that writes more than its emptyDir may hold goes first, then one for the lack of memory',
  options,
  async () => {
    const tolerations = [{key: 'node.kubernetes.io/memory-pressure', operator: 'Exists'}]
    const fills = podOf(
      'fills',
      hostContainer('head -c 3000000 /dev/zero > /work/big; exec sleep 1000', {
        volumeMounts: [{name: 'work', mountPath: '/work'}],
        // For the lack of memory others go before it.
        resources: {requests: {memory: '64Mi'}},
      }),
      {tolerations, volumes: [{name: 'work', emptyDir: {sizeLimit: '1Mi'}}]},
    )
    await cluster.client.create(pods, fills)
    await cluster.client.create(pods, podOf('other', hostContainer('exec sleep 1000'), {tolerations}))
    const evicted = await cluster.until('fills', isOver)
    assert.equal(evicted.status?.phase, 'Failed')
    assert.equal(evicted.status?.reason, 'Evicted')
    assert.equal(evicted.status?.message, 'Usage of EmptyDir volume "work" exceeds the limit "1Mi". ')
    const disruption = evicted.status?.conditions?.find(({type}) => type === 'DisruptionTarget')
    assert.equal(disruption?.status, 'True')
    assert.equal(disruption?.reason, 'TerminationByKubelet')
    assert.equal(disruption?.message, evicted.status?.message)

    const other = await cluster.until('other', isOver)
    assert.match(
      other.status?.message ?? '',
      /^The node was low on resource: memory\. Threshold quantity: \S+, available: \S+\. Container main was using \S+, request is 0, has larger consumption of memory\. $/,
    )
    const [event] = (await cluster.events('other')).filter(({reason}) => reason === 'Evicted')
    assert.equal(event?.type, 'Warning')
    assert.equal(event?.metadata?.annotations?.starved_resource, 'memory')
    const node = (await cluster.client.list(nodes)).items[0]
    const pressure = node?.status?.conditions?.find(({type}) => type === 'MemoryPressure')
    assert.equal(pressure?.status, 'True')
    assert.ok(node?.spec?.taints?.some(({key}) => key === 'node.kubernetes.io/memory-pressure'))
  },
)
