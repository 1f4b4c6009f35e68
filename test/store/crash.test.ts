import assert from 'node:assert/strict'
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {test} from 'node:test'
import {type Random, seeded} from '../../src/lib/random.ts'
import type {Store} from '../../src/store/contract.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {newPlace} from './places.ts'

const KILLS = 100
const AT_ONCE = 4

interface Acknowledged {
  readonly revision: number
  readonly value: string
}

/** What a writer said it had written before it was killed; a line that was cut off was never heard. */
const killedWriter = async (file: string, run: number, random: Random): Promise<Map<string, Acknowledged>> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), file, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = await outputUntilKilled(child, random)
  const lines = output.split('\n').slice(1, -1)
  return new Map(
    lines.map((line) => {
      const [revision = '', key = '', value = ''] = line.split(' ')
      return [key, {revision: Number(revision), value}]
    }),
  )
}

const outputUntilKilled = async (child: ChildProcess, random: Random): Promise<string> => {
  let output = ''
  child.stdout?.on('data', (chunk) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), random.next() * 60)
    output += chunk
  })
  await once(child, 'close')
  return output
}

const checkStore = (store: Store, acknowledged: ReadonlyMap<string, Acknowledged>): void => {
  for (const [key, {revision, value}] of acknowledged) {
    assert.ok(store.currentRevision() >= revision, `revision ${revision} was acknowledged and is gone`)
    const entry = store.get(key)
    // At most the writes of one commit can have reached the disk without having been acknowledged.
    if (entry === undefined ? value === '-' : `${entry.value}.`.startsWith(value)) continue
    const versions = store.history(key)
    assert.ok(
      versions.some((version) => version.revision === revision),
      `${key} at revision ${revision} (${value}) was acknowledged and is gone`,
    )
  }
  // Each turn wrote its key twice: an odd number of revisions would be half of a commit.
  assert.equal(store.currentRevision() % 2, 0, 'half of a commit is there')
}

test(`a store killed at ${KILLS} random instants has every acknowledged write and no half of another`, async (t) => {
  const seed = Date.now() % 1_000_000
  t.diagnostic(`seed ${seed}`)
  const random = seeded(seed)
  let writes = 0
  const lane = async (): Promise<void> => {
    using place = newPlace()
    for (let run = 0; run < KILLS / AT_ONCE; run++) {
      const acknowledged = await killedWriter(place.file, run, random)
      await using store = await openStore({...place, retention: {maxVersions: 1_000_000}})
      checkStore(store, acknowledged)
      writes += acknowledged.size
    }
  }
  await Promise.all(Array.from({length: AT_ONCE}, lane))
  assert.ok(writes > KILLS, `only ${writes} writes were acknowledged: the test saw nothing`)
})
