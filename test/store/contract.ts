// What every store does, whatever it is built on. An implementation's test calls `storeContract` with a way to make one.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {
  CompactedError,
  type Entry,
  FutureRevisionError,
  SlowWatcherError,
  type Store,
  type StoreEvent,
  type Watch,
  type WriteOutcome,
} from '../../src/store/contract.ts'

export interface StoreFactory {
  readonly name: string
  /** A new, empty store. Called once or more a test; the suite disposes of what it gets. */
  open(options: {readonly maxWatcherEvents?: number; readonly progressIntervalMs?: number}): Promise<Store>
}

export const bytes = (text: string): Buffer => Buffer.from(text)
export const revisionOf = (outcome: WriteOutcome): number => {
  assert.equal(outcome.kind, 'written')
  return outcome.kind === 'written' ? outcome.revision : 0
}
const texts = (entries: readonly Entry[]): readonly string[] => entries.map(({key, value}) => `${key}=${value}`)
const brief = ({type, key, value, revision}: StoreEvent): string => `${type} ${key}=${value}@${revision}`

/** The next `count` events of a watch. */
export const take = async (watch: Watch, count: number): Promise<readonly StoreEvent[]> => {
  const events: StoreEvent[] = []
  const batches = watch[Symbol.asyncIterator]()
  while (events.length < count) {
    const {value, done} = await batches.next()
    if (done) break
    events.push(...value.events)
  }
  return events
}

type Body = (store: Store) => Promise<void>

export const storeContract = ({name, open}: StoreFactory): void => {
  const check = (title: string, body: Body, options: Parameters<typeof open>[0] = {}): void => {
    test(`${name}: ${title}`, async () => {
      await using store = await open(options)
      await body(store)
    })
  }

  check('every write takes the next revision and says which', async (store) => {
    const start = store.currentRevision()
    assert.equal(revisionOf(await store.create('/a', bytes('1'))), start + 1)
    assert.equal(revisionOf(await store.update('/a', bytes('2'))), start + 2)
    assert.equal(revisionOf(await store.delete('/a')), start + 3)
    assert.equal(store.currentRevision(), start + 3)
  })

  check('an entry tells its value, its revision and the revision of its creation', async (store) => {
    const created = revisionOf(await store.create('/a', bytes('1')))
    const updated = revisionOf(await store.update('/a', bytes('2')))
    assert.deepEqual(store.get('/a'), {key: '/a', value: bytes('2'), revision: updated, createRevision: created})
    assert.equal(store.get('/b'), undefined)
  })

  check('a value may be a function of the revision it will have', async (store) => {
    const revision = revisionOf(await store.create('/a', (it) => bytes(`r${it}`)))
    assert.equal(String(store.get('/a')?.value), `r${revision}`)
  })

  check('a value function that throws fails its own write and takes no revision', async (store) => {
    const start = store.currentRevision()
    const failing = store.create('/a', () => {
      throw new RangeError('no value')
    })
    const other = store.create('/b', bytes('b'))
    await assert.rejects(failing, RangeError)
    assert.equal(revisionOf(await other), start + 1)
    assert.equal(store.get('/a'), undefined)
  })

  check('creating a key that exists answers with what is there', async (store) => {
    await store.create('/a', bytes('1'))
    const outcome = await store.create('/a', bytes('2'))
    assert.deepEqual(outcome, {kind: 'exists', current: store.get('/a')})
  })

  check('changing a key that does not exist answers that it is missing', async (store) => {
    await store.create('/other', bytes('1'))
    assert.deepEqual(await store.update('/a', bytes('1')), {kind: 'missing', revision: store.currentRevision()})
    assert.deepEqual(await store.delete('/a'), {kind: 'missing', revision: store.currentRevision()})
  })

  check('a write that expects another revision conflicts and changes nothing', async (store) => {
    const first = revisionOf(await store.create('/a', bytes('1')))
    await store.update('/a', bytes('2'), first)
    const current = store.get('/a')
    assert.deepEqual(await store.update('/a', bytes('3'), first), {kind: 'conflict', current})
    assert.deepEqual(await store.delete('/a', first), {kind: 'conflict', current})
    assert.deepEqual(store.get('/a'), current)
  })

  check('of writers that saw the same revision one wins, and the others are told what won', async (store) => {
    const seen = revisionOf(await store.create('/a', bytes('0')))
    const outcomes = await Promise.all([1, 2, 3, 4].map((it) => store.update('/a', bytes(String(it)), seen)))
    assert.deepEqual(
      outcomes.map(({kind}) => kind),
      ['written', 'conflict', 'conflict', 'conflict'],
    )
    for (const outcome of outcomes) if (outcome.kind === 'conflict') assert.equal(String(outcome.current.value), '1')
  })

  check('writes of one turn build on each other', async (store) => {
    const outcomes = await Promise.all([
      store.create('/a', bytes('1')),
      store.update('/a', bytes('2')),
      store.delete('/a'),
      store.update('/a', bytes('3')),
      store.create('/a', bytes('4')),
    ])
    assert.deepEqual(
      outcomes.map(({kind}) => kind),
      ['written', 'written', 'written', 'missing', 'written'],
    )
    assert.equal(String(store.get('/a')?.value), '4')
    assert.equal(store.get('/a')?.createRevision, store.currentRevision())
  })

  check('nobody sees a write before it is acknowledged as durable', async (store) => {
    const start = store.currentRevision()
    const writing = store.create('/a', bytes('1'))
    assert.equal(store.get('/a'), undefined)
    assert.equal(store.count('/'), 0)
    assert.equal(store.currentRevision(), start)
    await writing
    assert.equal(store.count('/'), 1)
  })

  check('a list is in the order of keys and holds only its prefix', async (store) => {
    for (const key of ['/b/2', '/a/1', '/b/10', '/c', '/b/1', '/b']) await store.create(key, bytes(key.slice(1)))
    assert.deepEqual(texts(store.list('/b/').entries), ['/b/1=b/1', '/b/10=b/10', '/b/2=b/2'])
    assert.equal(store.list('').entries.length, 6)
    assert.equal(store.count('/b/'), 3)
    assert.deepEqual(store.list('/nothing/').entries, [])
  })

  check('pages of one revision show one moment, while writes go on', async (store) => {
    for (let number = 10; number < 20; number++) await store.create(`/p/${number}`, bytes('old'))
    await store.delete('/p/19')
    const first = store.list('/p/', {limit: 4})
    assert.equal(first.remaining, 5)
    await store.update('/p/15', bytes('new'))
    await store.delete('/p/16')
    await store.create('/p/19', bytes('again'))
    await store.create('/p/175', bytes('new'))
    const after = first.entries.at(-1)?.key
    const second = store.list('/p/', {limit: 4, after, atRevision: first.revision})
    assert.equal(second.remaining, 1)
    assert.equal(second.revision, first.revision)
    const third = store.list('/p/', {limit: 4, after: second.entries.at(-1)?.key, atRevision: first.revision})
    assert.equal(third.remaining, 0)
    const all = [...first.entries, ...second.entries, ...third.entries]
    assert.deepEqual(
      texts(all),
      [10, 11, 12, 13, 14, 15, 16, 17, 18].map((number) => `/p/${number}=old`),
    )
  })

  check('a key can be read as it was', async (store) => {
    const created = revisionOf(await store.create('/a', bytes('1')))
    const updated = revisionOf(await store.update('/a', bytes('2')))
    const deleted = revisionOf(await store.delete('/a'))
    const again = revisionOf(await store.create('/a', bytes('3')))
    assert.equal(store.get('/a', created - 1), undefined)
    assert.equal(String(store.get('/a', created)?.value), '1')
    assert.equal(String(store.get('/a', updated)?.value), '2')
    assert.equal(store.get('/a', deleted), undefined)
    assert.equal(store.get('/a', again)?.createRevision, again)
  })

  check('reads of a revision that does not exist yet are refused', async (store) => {
    const future = store.currentRevision() + 1
    assert.throws(() => store.list('/', {atRevision: future}), FutureRevisionError)
    assert.throws(() => store.get('/a', future), FutureRevisionError)
  })

  check('after compaction the revision itself is readable and earlier ones are refused', async (store) => {
    await store.create('/a', bytes('1'))
    const kept = revisionOf(await store.update('/a', bytes('2')))
    await store.create('/gone', bytes('x'))
    const deleted = revisionOf(await store.delete('/gone'))
    await store.update('/a', bytes('3'))
    await store.compact(kept)
    assert.equal(store.compactedRevision(), kept)
    assert.throws(() => store.get('/a', kept - 1), CompactedError)
    assert.equal(String(store.get('/a', kept)?.value), '2')
    await store.compact(deleted)
    assert.equal(store.list('/', {atRevision: deleted}).entries.length, 1)
    assert.throws(() => store.list('/', {atRevision: kept}), CompactedError)
    assert.equal(String(store.get('/a')?.value), '3')
    assert.deepEqual(store.history('/gone'), [])
  })

  check('compacting what does not exist yet is refused', async (store) => {
    await assert.rejects(store.compact(store.currentRevision() + 1), FutureRevisionError)
  })

  check('a watch tells what happens after its start, in order, with what was there before', async (store) => {
    await using watch = store.watch('/w/', store.currentRevision())
    const start = store.currentRevision()
    await store.create('/w/a', bytes('1'))
    await store.create('/other', bytes('-'))
    await store.update('/w/a', bytes('2'))
    await store.delete('/w/a')
    const events = await take(watch, 3)
    assert.deepEqual(events.map(brief), [
      `put /w/a=1@${start + 1}`,
      `put /w/a=2@${start + 3}`,
      `delete /w/a=2@${start + 4}`,
    ])
    assert.deepEqual(
      events.map(({previous}) => previous && `${previous.value}@${previous.revision}`),
      [undefined, `1@${start + 1}`, `2@${start + 3}`],
    )
    assert.ok(events.every(({createRevision}) => createRevision === start + 1))
  })

  check('watchers of a deletion see its final value', async (store) => {
    await using live = store.watch('/', store.currentRevision())
    await using past = store.watch('/', store.currentRevision())
    await store.create('/a', bytes('1'))
    const liveEvents = take(live, 2)
    const deleted = revisionOf(await store.delete('/a', undefined, (revision) => bytes(`gone at ${revision}`)))
    for (const events of [await liveEvents, await take(past, 2)]) {
      assert.equal(String(events[1]?.value), `gone at ${deleted}`)
      assert.equal(String(events[1]?.previous?.value), '1')
    }
  })

  check('a watch from the past sees each event once, also those that happen while it reads', async (store) => {
    const start = store.currentRevision()
    const write = (number: number): Promise<WriteOutcome> => store.create(`/k/${number}`, bytes(String(number)))
    for (let number = 0; number < 600; number += 50)
      await Promise.all(Array.from({length: 50}, (_, index) => write(number + index)))
    await using watch = store.watch('/k/', start)
    const reading = take(watch, 900)
    for (let number = 600; number < 900; number++) await write(number)
    const events = await reading
    assert.deepEqual(
      events.map(({revision}) => revision - start),
      Array.from({length: 900}, (_, index) => index + 1),
    )
  })

  check('a watch from a revision that was compacted ends with CompactedError', async (store) => {
    const first = revisionOf(await store.create('/a', bytes('1')))
    await store.update('/a', bytes('2'))
    const last = revisionOf(await store.update('/a', bytes('3')))
    await store.compact(last)
    await assert.rejects(take(store.watch('/', first), 1), CompactedError)
    await using fromHorizon = store.watch('/', last)
    await store.update('/a', bytes('4'))
    assert.deepEqual((await take(fromHorizon, 1)).map(brief), [`put /a=4@${last + 1}`])
  })

  check(
    'a watch whose reader falls too far behind ends with SlowWatcherError, and others go on',
    async (store) => {
      await using slow = store.watch('/', store.currentRevision())
      await using quick = store.watch('/', store.currentRevision())
      await store.create('/k', bytes('0'))
      const slowEvents = slow[Symbol.asyncIterator]()
      await slowEvents.next()
      const reading = take(quick, 51)
      for (let number = 1; number <= 50; number++) await store.update('/k', bytes(String(number)))
      assert.equal((await reading).length, 51)
      await assert.rejects(async () => {
        while (!(await slowEvents.next()).done);
      }, SlowWatcherError)
    },
    {maxWatcherEvents: 20},
  )

  check(
    'an idle watch is told how far it is',
    async (store) => {
      await using watch = store.watch('/mine/', store.currentRevision())
      const batches = watch[Symbol.asyncIterator]()
      await batches.next()
      const written = revisionOf(await store.create('/other', bytes('1')))
      const {value} = await batches.next()
      assert.deepEqual(value, {events: [], revision: written})
    },
    {progressIntervalMs: 5},
  )

  check('closing a watch ends its reader, also one that waits', async (store) => {
    const watch = store.watch('/', store.currentRevision())
    const reading = take(watch, 1)
    watch.close()
    assert.deepEqual(await reading, [])
  })

  check(
    'readers and watchers get the bytes that were written, whatever the writer does with its buffer',
    async (store) => {
      const value = Buffer.alloc(64, 'a')
      const writing = store.create('/a', value.subarray(0, 8))
      value.fill('b')
      await writing
      assert.equal(String(store.get('/a')?.value), 'aaaaaaaa')
    },
  )

  check('empty and large values come back as they were', async (store) => {
    const large = Buffer.alloc(1_500_000, 'x')
    await store.create('/empty', bytes(''))
    await store.create('/large', large)
    assert.equal(store.get('/empty')?.value.length, 0)
    assert.ok(store.get('/large')?.value.equals(large))
  })

  check('the history of a key is told newest first, deletions included', async (store) => {
    const start = store.currentRevision()
    await store.create('/a', bytes('1'))
    await store.update('/a', bytes('2'))
    await store.delete('/a')
    await store.create('/a', bytes('3'))
    assert.deepEqual(store.history('/a').map(brief), [
      `put /a=3@${start + 4}`,
      `delete /a=@${start + 3}`,
      `put /a=2@${start + 2}`,
      `put /a=1@${start + 1}`,
    ])
    assert.deepEqual(store.history('/never'), [])
  })
}
