import assert from 'node:assert/strict'
import {test} from 'node:test'
import {seeded} from '../../src/lib/random.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {take} from './contract.ts'
import {newPlace} from './places.ts'
import {brief, compareReads, Model, randomWrites} from './random-operations.ts'

const ROUNDS = 400

test('a store agrees with a plain model through random operations, compactions and restarts', async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  t.diagnostic(`seed ${seed}`)
  const random = seeded(seed)
  const model = new Model()
  using place = newPlace()
  for (let life = 0; life < 4; life++) {
    await using store = await openStore(place)
    const born = model.current
    await using watch = store.watch('/b/', born)
    for (let round = 0; round < ROUNDS; round++) {
      await randomWrites(store, model, random)
      compareReads(store, model, random)
      if (random.next() < 0.02) {
        model.compacted = Math.max(model.compacted, Math.floor((model.compacted + model.current) / 2))
        await store.compact(model.compacted)
      }
    }
    const from = Math.max(born, model.compacted)
    const expected = model.eventsAfter('/b/', from)
    assert.deepEqual((await take(store.watch('/b/', from), expected.length)).map(brief), expected)
    watch.close()
  }
  await using store = await openStore(place)
  compareReads(store, model, random)
})
