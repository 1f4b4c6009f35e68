import assert from 'node:assert/strict'
import {test} from 'node:test'
import {plugins} from '../../src/scheduler/index.ts'
import {SchedulingQueue} from '../../src/scheduler/queue.ts'
import {type FakeClock, fakeClock} from '../helpers/fake-clock.ts'
import {nodeOf, podOf, requesting} from './builders.ts'

const newQueue = (): {queue: SchedulingQueue; clock: FakeClock} => {
  const clock = fakeClock()
  return {clock, queue: new SchedulingQueue({clock, plugins, onReady: () => undefined})}
}

test('more important pods come first, among equals those that came first', () => {
  const {queue} = newQueue()
  for (const [name, priority] of [
    ['first', 0],
    ['second', 0],
    ['urgent', 10],
  ] as const)
    queue.add(podOf({priority}, {name}))
  assert.deepEqual(
    [queue.pop(), queue.pop(), queue.pop()].map((pod) => pod?.info.pod.metadata.name),
    ['urgent', 'first', 'second'],
  )
  assert.equal(queue.pop(), undefined)
})

test('a pod with scheduling gates waits until they are gone', () => {
  const {queue} = newQueue()
  const gated = podOf({schedulingGates: [{name: 'g'}]}, {name: 'p'})
  queue.add(gated)
  assert.equal(queue.pop(), undefined)
  const open = podOf({}, {name: 'p'})
  queue.update(open, {kind: 'own-change', pod: open.pod, previous: gated.pod})
  assert.equal(queue.pop()?.key, 'default/p')
})

test('only news that could help wakes a pod that did not fit', () => {
  const {queue} = newQueue()
  queue.add(podOf(requesting({cpu: '2'})))
  const pod = queue.pop()
  assert.ok(pod)
  queue.park(pod, new Set(['NodeResourcesFit']))
  queue.moveOn({
    kind: 'node-added',
    node: nodeOf('tiny', {status: {allocatable: {cpu: '1', memory: '1Gi', pods: '1'}}}),
  })
  assert.equal(queue.pop(), undefined)
  queue.moveOn({kind: 'claim-changed', object: {}})
  assert.equal(queue.pop(), undefined)
  queue.moveOn({kind: 'node-added', node: nodeOf('large')})
  assert.equal(queue.pop()?.key, pod.key)
})

test('after an error a pod comes back later and later', async () => {
  const {queue, clock} = newQueue()
  queue.add(podOf())
  for (const delayMs of [1000, 2000, 4000]) {
    const pod = queue.pop()
    assert.ok(pod)
    queue.retry(pod)
    await clock.advance(delayMs - 1)
    assert.equal(queue.pop(), undefined)
    await clock.advance(1)
  }
  assert.ok(queue.pop())
})

test('a pod that did not fit is tried again after five minutes without any news', async () => {
  const {queue, clock} = newQueue()
  queue.add(podOf())
  const pod = queue.pop()
  assert.ok(pod)
  queue.park(pod, new Set(['NodeResourcesFit']))
  await clock.advance(240_000)
  assert.equal(queue.pop(), undefined)
  await clock.advance(100_000)
  assert.ok(queue.pop())
})
