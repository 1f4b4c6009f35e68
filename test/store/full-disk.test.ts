import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {DiskFullError} from '../../src/store/errors.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {bytes} from './contract.ts'
import {newPlace} from './places.ts'

const mayMount = process.platform === 'linux' && process.getuid?.() === 0

/** A small disk of the test's own. */
const smallDisk = (folder: string): Disposable => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder])
  return {[Symbol.dispose]: () => void execFileSync('umount', ['-l', folder])}
}

test('on a full disk writes fail and change nothing, reads go on, and writes work again when there is space', {
  skip: mayMount ? false : 'only root on Linux may mount a small disk',
}, async () => {
  using place = newPlace()
  using _disk = smallDisk(place.folder)
  const ballast = join(place.folder, 'ballast')
  const start = await (async () => {
    await using store = await openStore(place)
    await store.create('/a', bytes('1'))
    await store.create('/b', bytes('1'))
    assert.throws(() => writeFileSync(ballast, Buffer.alloc(4_000_000)), {code: 'ENOSPC'})
    const revision = store.currentRevision()
    const large = Buffer.alloc(50_000)
    const writes = [store.update('/a', large), store.delete('/b'), store.create('/c', large)]
    for (const outcome of await Promise.allSettled(writes)) {
      assert.equal(outcome.status, 'rejected')
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof DiskFullError)
      assert.match(outcome.reason.message, /no space left/)
    }
    assert.equal(store.currentRevision(), revision)
    assert.equal(String(store.get('/a')?.value), '1')
    assert.equal(store.count('/'), 2)
    assert.equal(String(store.get('/a', revision)?.value), '1')
    rmSync(ballast)
    assert.deepEqual(await store.update('/a', bytes('2')), {kind: 'written', revision: revision + 1})
    return revision
  })()
  await using store = await openStore(place)
  assert.equal(store.currentRevision(), start + 1)
  assert.equal(String(store.get('/a')?.value), '2')
})
