import assert from 'node:assert/strict'
import {test} from 'node:test'
import {events, nodes, pods, priorityClasses} from '../../src/api/resources.ts'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {type InProcess, startInProcess} from '../helpers/in-process.ts'
import {until} from '../helpers/until.ts'

const pod = (name: string, cpu = '100m', more: Partial<Pod['spec']> = {}): Pod => ({
  metadata: {name, namespace: 'default'},
  spec: {containers: [{name: 'c', image: 'app:1', resources: {requests: {cpu}}}], ...more},
})

const running = (cluster: InProcess, name: string) =>
  until(`${name} runs`, () => {
    const found = cluster.informers.informer(pods).cache.get({namespace: 'default', name})
    return found?.status?.phase === 'Running' ? found : undefined
  })

test('pods are scheduled to simulated nodes and run; who does not fit is told why, and fits when there is room', async () => {
  await using cluster = await startInProcess({scheduler: true, nodes: {count: 2}})
  await cluster.client.create(pods, pod('a', '3'))
  await cluster.client.create(pods, pod('b', '3'))
  const [a, b] = [await running(cluster, 'a'), await running(cluster, 'b')]
  assert.notEqual(a.spec?.nodeName, b.spec?.nodeName)
  assert.equal(a.status?.conditions?.find(({type}) => type === 'Ready')?.status, 'True')

  await cluster.client.create(pods, pod('c', '2'))
  const told = await until('c is told', () =>
    cluster.informers
      .informer(pods)
      .cache.get({namespace: 'default', name: 'c'})
      ?.status?.conditions?.find(({type}) => type === 'PodScheduled'),
  )
  assert.equal(told.reason, 'Unschedulable')
  assert.equal(
    told.message,
    '0/2 nodes are available: 2 Insufficient cpu. ' +
      'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
  )
  await cluster.client.delete(pods, {namespace: 'default', name: 'a'})
  await running(cluster, 'c')
  const recorded = await cluster.client.list(events, {namespace: 'default'})
  assert.ok(recorded.items.some(({reason, message}) => reason === 'FailedScheduling' && message === told.message))
  assert.ok(recorded.items.some(({message}) => message === `Successfully assigned default/b to ${b.spec?.nodeName}`))
})

test('a more important pod takes the place of a less important one', async () => {
  await using cluster = await startInProcess({scheduler: true, nodes: {count: 1}})
  for (const [name, value] of [
    ['low', 1],
    ['high', 100],
  ] as const)
    await cluster.client.create(priorityClasses, {metadata: {name}, value})
  await cluster.client.create(pods, pod('low', '3', {priorityClassName: 'low'}))
  await running(cluster, 'low')
  await cluster.client.create(pods, pod('high', '3', {priorityClassName: 'high'}))
  await running(cluster, 'high')
  assert.equal(cluster.informers.informer(pods).cache.get({namespace: 'default', name: 'low'}), undefined)
})

test('a Node object that is marked as simulated becomes Ready and runs pods', async () => {
  await using cluster = await startInProcess({scheduler: true, nodes: {count: 0}})
  await cluster.client.create(nodes, {
    metadata: {name: 'big', annotations: {'simulate.mini.dev/node': 'true'}},
    status: {capacity: {cpu: '64', memory: '256Gi', pods: '500'}},
  })
  await cluster.client.create(pods, pod('p', '50'))
  assert.equal((await running(cluster, 'p')).spec?.nodeName, 'big')
})
