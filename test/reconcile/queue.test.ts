import assert from 'node:assert/strict'
import {test} from 'node:test'
import {WorkQueue} from '../../src/reconcile/queue.ts'
import {type FakeClock, fakeClock} from '../helpers/fake-clock.ts'

const setUp = (): {clock: FakeClock; queue: WorkQueue} => {
  const clock = fakeClock()
  return {clock, queue: new WorkQueue({clock, wake: () => undefined})}
}
const takeAll = (queue: WorkQueue): string[] => {
  const keys: string[] = []
  for (let taken = queue.take(); taken; taken = queue.take()) keys.push(taken.key)
  return keys
}

test('a key that waits is not added twice and keeps its place', () => {
  const {queue} = setUp()
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
  assert.deepEqual(takeAll(queue), ['a', 'b', 'c'])
})

test('a key added while it is worked on is worked on once more, afterwards', () => {
  const {queue} = setUp()
  queue.add('a')
  queue.take()
  queue.add('a')
  queue.add('a')
  assert.equal(queue.take(), undefined)
  queue.done('a')
  assert.deepEqual(takeAll(queue), ['a'])
  queue.done('a')
  assert.ok(queue.isIdle)
})

test('delays double with each failure, up to a ceiling, and start anew once forgotten', () => {
  const {queue} = setUp()
  assert.deepEqual(
    [1, 2, 3, 4].map(() => queue.addFailed('a')),
    [5, 10, 20, 40],
  )
  for (let i = 0; i < 40; i++) queue.addFailed('a')
  assert.equal(queue.addFailed('a'), 120_000)
  queue.forget('a')
  assert.equal(queue.addFailed('a'), 5)
})

test('a delayed key is added at its earliest time, with one timer for all', async () => {
  const {clock, queue} = setUp()
  queue.addAfter('late', 500)
  queue.addAfter('a', 300)
  queue.addAfter('a', 100)
  queue.addAfter('a', 200)
  assert.equal(clock.waiting, 1)
  await clock.advance(99)
  assert.deepEqual(takeAll(queue), [])
  await clock.advance(1)
  assert.deepEqual(takeAll(queue), ['a'])
  queue.done('a')
  await clock.advance(399)
  assert.deepEqual(takeAll(queue), [])
  await clock.advance(1)
  assert.deepEqual(takeAll(queue), ['late'])
  assert.equal(clock.waiting, 0)
})

test('a closed queue hands out nothing and takes nothing', async () => {
  const {clock, queue} = setUp()
  queue.add('a')
  queue.addAfter('b', 10)
  queue.close()
  queue.add('c')
  await clock.advance(20)
  assert.deepEqual(takeAll(queue), [])
})
