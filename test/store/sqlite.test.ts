import assert from 'node:assert/strict'
import {copyFileSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import Database from 'better-sqlite3'
import {CompactedError, type Store} from '../../src/store/contract.ts'
import {CorruptStoreError, NewerStoreError, StoreClosedError, StoreInUseError} from '../../src/store/errors.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {replacedFile, restoreSnapshot} from '../../src/store/sqlite/restore.ts'
import {bytes, revisionOf, storeContract, take} from './contract.ts'
import {newPlace, openTemporaryStore} from './places.ts'

storeContract({name: 'sqlite', open: openTemporaryStore})

const contentOf = (store: Store): readonly string[] =>
  store
    .list('')
    .entries.map(({key, value, revision, createRevision}) => `${key}=${value}@${revision}/${createRevision}`)

test('a store that is opened again holds what it held: content, history, revision and horizon', async () => {
  using place = newPlace()
  const {content, compacted, current, history} = await (async () => {
    await using store = await openStore(place)
    for (let number = 0; number < 20; number++) await store.create(`/k/${number}`, bytes(String(number)))
    await store.compact(10)
    await store.update('/k/3', bytes('new'))
    await store.delete('/k/4')
    return {
      content: contentOf(store),
      compacted: store.compactedRevision(),
      current: store.currentRevision(),
      history: store.history('/k/4'),
    }
  })()
  await using store = await openStore(place)
  assert.deepEqual(contentOf(store), content)
  assert.equal(store.compactedRevision(), compacted)
  assert.equal(store.currentRevision(), current)
  assert.deepEqual(store.history('/k/4'), history)
  assert.equal((await take(store.watch('/', 20), 2)).length, 2)
  await assert.rejects(take(store.watch('/', 9), 1), CompactedError)
})

test('a revision is never used twice, even when compaction removed the newest row', async () => {
  using place = newPlace()
  const deleted = await (async () => {
    await using store = await openStore(place)
    await store.create('/a', bytes('1'))
    const revision = revisionOf(await store.delete('/a'))
    await store.compact(revision)
    return revision
  })()
  await using store = await openStore(place)
  assert.equal(store.currentRevision(), deleted)
  assert.equal(revisionOf(await store.create('/b', bytes('1'))), deleted + 1)
})

test('history beyond the retention is dropped while writes go on, and short histories do not use up the long one', async () => {
  await using store = await openTemporaryStore({
    retention: {maxVersions: 50},
    shortHistory: [{prefix: '/leases/', maxVersions: 5}],
  })
  await store.create('/leases/a', bytes('0'))
  const kept = revisionOf(await store.create('/pods/a', bytes('0')))
  await store.update('/pods/a', bytes('1'))
  for (let number = 0; number < 200; number++) await store.update('/leases/a', bytes(String(number)))
  assert.ok(store.history('/leases/a').length <= 10)
  assert.equal(String(store.get('/pods/a', kept)?.value), '0')
  assert.throws(() => store.get('/leases/a', kept), CompactedError)
  assert.throws(() => store.list('/', {atRevision: kept}), CompactedError)
  for (let number = 0; number < 200; number++) await store.update('/pods/a', bytes(String(number)))
  assert.throws(() => store.get('/pods/a', kept), CompactedError)
  assert.ok(store.history('/pods/a').length <= 60)
})

test('an idle store drops history that has grown old', async () => {
  await using store = await openTemporaryStore({retention: {maxAgeMs: 1}, maintenanceIntervalMs: 5})
  await store.create('/a', bytes('1'))
  const last = revisionOf(await store.update('/a', bytes('2')))
  while (store.compactedRevision() < last) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(store.history('/a').length, 1)
})

test('revisionAt finds the last revision at or before a time, as far as history reaches', async () => {
  const time = {now: 1_000}
  const {systemClock} = await import('../../src/lib/clock.ts')
  await using store = await openTemporaryStore({clock: {...systemClock, now: () => time.now}})
  assert.equal(store.revisionAt(5_000), undefined)
  for (let number = 1; number <= 10; number++) {
    time.now = number * 1_000
    await store.create(`/k/${number}`, bytes('x'))
  }
  time.now = 500
  await store.create('/clock-went-back', bytes('x'))
  assert.equal(store.revisionAt(999), undefined)
  assert.equal(store.revisionAt(1_000), 1)
  assert.equal(store.revisionAt(5_999), 5)
  assert.equal(store.revisionAt(10_000), 11)
  await store.compact(6)
  assert.equal(store.revisionAt(5_999), undefined)
  assert.equal(store.revisionAt(7_000), 7)
})

test('a snapshot taken while writes go on is whole, and restoring it brings its moment back with new revisions', async () => {
  using place = newPlace()
  const snapshot = join(place.folder, 'saved.db')
  const {before, last} = await (async () => {
    await using store = await openStore(place)
    for (let number = 0; number < 300; number++) await store.create(`/k/${number}`, Buffer.alloc(5000, 'v'))
    const saving = store.snapshot(snapshot)
    for (let number = 0; number < 50; number++) await store.update('/k/1', bytes(String(number)))
    await saving
    const content = store.count('/')
    await store.delete('/k/0')
    assert.throws(() => restoreSnapshot({snapshot, file: place.file}), StoreInUseError)
    return {before: content, last: store.currentRevision()}
  })()
  restoreSnapshot({snapshot, file: place.file})
  assert.ok(existsSync(replacedFile(place.file)))
  await using store = await openStore(place)
  assert.equal(store.count('/'), before)
  assert.ok(store.get('/k/0'))
  assert.ok(store.currentRevision() > last)
  await assert.rejects(take(store.watch('/', last), 1), CompactedError)
})

test('a snapshot is restored over a damaged store, which is kept beside it', async () => {
  using place = newPlace()
  const snapshot = join(place.folder, 'saved.db')
  await (async () => {
    await using store = await openStore(place)
    await store.create('/a', bytes('1'))
    await store.snapshot(snapshot)
  })()
  writeFileSync(place.file, 'damaged')
  restoreSnapshot({snapshot, file: place.file})
  assert.equal(readFileSync(replacedFile(place.file), 'utf8'), 'damaged')
  await using store = await openStore(place)
  assert.equal(String(store.get('/a')?.value), '1')
})

test('a damaged snapshot is refused and the store stays as it is', async () => {
  using place = newPlace()
  const snapshot = join(place.folder, 'saved.db')
  await (await openStore(place))[Symbol.asyncDispose]()
  const before = readFileSync(place.file)
  writeFileSync(snapshot, 'no database at all, whatever its name says')
  assert.throws(() => restoreSnapshot({snapshot, file: place.file}), CorruptStoreError)
  assert.deepEqual(readFileSync(place.file), before)
})

test('a store in use is not opened by another', async () => {
  using place = newPlace()
  await using first = await openStore(place)
  await assert.rejects(openStore(place), StoreInUseError)
  await first.create('/a', bytes('1'))
})

test('a closed store refuses writes, and what was asked before is on disk', async () => {
  using place = newPlace()
  const store = await openStore(place)
  const writing = store.create('/a', bytes('1'))
  await store[Symbol.asyncDispose]()
  revisionOf(await writing)
  await assert.rejects(store.create('/b', bytes('1')), StoreClosedError)
  assert.equal(existsSync(`${place.file}-wal`), false)
})

test('a store of a newer format and a database of another program are refused by name', async () => {
  using place = newPlace()
  await (await openStore(place))[Symbol.asyncDispose]()
  const db = new Database(place.file)
  db.pragma('user_version = 99')
  db.close()
  await assert.rejects(openStore(place), NewerStoreError)
  const foreign = join(place.folder, 'foreign.db')
  const other = new Database(foreign)
  other.exec('CREATE TABLE t (a)')
  other.close()
  await assert.rejects(openStore({file: foreign}), CorruptStoreError)
})

test('damage anywhere in the file is found when it is opened, named with the way out, and the file is left alone', async () => {
  using place = newPlace()
  await (async () => {
    await using store = await openStore(place)
    for (let number = 0; number < 200; number++) await store.create(`/k/${number}`, Buffer.alloc(1500, 'v'))
  })()
  const size = statSync(place.file).size
  for (const offset of [0, 30, 4096 * 4 + 8, 4096 * 20 + 2000, size - 1000]) {
    const file = join(place.folder, `damaged-${offset}.db`)
    copyFileSync(place.file, file)
    writeSync(openSync(file, 'r+'), Buffer.alloc(64, 0xa5), 0, 64, offset)
    const damaged = readFileSync(file)
    await assert.rejects(openStore({file}), (error: unknown) => {
      assert.ok(error instanceof CorruptStoreError, `offset ${offset}: ${String(error)}`)
      assert.match(error.message, /damaged-\d+\.db is damaged .*mini snapshot restore/)
      return true
    })
    assert.deepEqual(readFileSync(file), damaged)
  }
})

test('values keep no more memory alive than their own bytes', async () => {
  await using store = await openTemporaryStore()
  await store.create('/a', bytes('a small slice of a pool'))
  assert.equal(store.get('/a')?.value.buffer.byteLength, store.get('/a')?.value.length)
})

test('pages freed by compaction go back to the file system while nobody writes', async () => {
  using place = newPlace()
  await using store = await openStore({...place, maintenanceIntervalMs: 5})
  for (let round = 0; round < 10; round++)
    await Promise.all(
      Array.from({length: 50}, (_, number) =>
        round === 0
          ? store.create(`/k/${number}`, Buffer.alloc(20_000))
          : store.update(`/k/${number}`, Buffer.alloc(20_000)),
      ),
    )
  await store.compact(store.currentRevision())
  // Current values, the pages worth keeping for the next writes, and some for the tree above them.
  const small = 50 * 24_576 + 512 * 4096 + 100_000
  const snapshotSize = async (): Promise<number> => {
    await store.snapshot(join(place.folder, 'now.db'))
    return statSync(join(place.folder, 'now.db')).size
  }
  while ((await snapshotSize()) > small) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(store.count('/k/'), 50)
})

test('snapshots taken one after the other end while pages are freed and writes go on', async () => {
  using place = newPlace()
  await using store = await openStore({...place, maintenanceIntervalMs: 1, retention: {maxVersions: 1}})
  await Promise.all(Array.from({length: 100}, (_, number) => store.create(`/k/${number}`, Buffer.alloc(40_000))))
  await Promise.all(Array.from({length: 99}, (_, number) => store.delete(`/k/${number}`)))
  for (let number = 0; number < 20; number++) {
    const saving = store.snapshot(join(place.folder, 'now.db'))
    await store.update('/k/99', Buffer.alloc(10_000, number))
    await saving
  }
  await using copy = await openStore({file: join(place.folder, 'now.db')})
  assert.equal(copy.count('/k/'), 1)
})
