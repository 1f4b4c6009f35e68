import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Heap} from '../../src/lib/heap.ts'
import {seeded} from '../../src/lib/random.ts'

interface Item {
  readonly key: string
  readonly rank: number
}

const newHeap = (): Heap<Item> => new Heap({keyOf: ({key}) => key, before: (left, right) => left.rank < right.rank})

test('items leave a heap in order, whatever was replaced and removed meanwhile', () => {
  const random = seeded(7)
  const heap = newHeap()
  const model = new Map<string, Item>()
  for (let step = 0; step < 2000; step++) {
    const key = `k${Math.floor(random.next() * 200)}`
    if (random.next() < 0.3) {
      heap.delete(key)
      model.delete(key)
    } else {
      const item = {key, rank: random.next()}
      heap.set(item)
      model.set(key, item)
    }
  }
  const ranks: number[] = []
  for (let item = heap.pop(); item; item = heap.pop()) ranks.push(item.rank)
  assert.deepEqual(
    ranks,
    [...model.values()].map(({rank}) => rank).sort((left, right) => left - right),
  )
  assert.equal(heap.size, 0)
})
