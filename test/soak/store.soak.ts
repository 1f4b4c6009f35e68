// One million updates over 1,000 keys with continuous compaction: the file stays small and the event loop free.
import assert from 'node:assert/strict'
import {statSync} from 'node:fs'
import {test} from 'node:test'
import {openStore} from '../../src/store/sqlite/open.ts'
import {newPlace} from '../store/places.ts'
import {watchPauses} from './pauses.ts'

const UPDATES = Number(process.env.SOAK_UPDATES ?? 1_000_000)
const KEYS = 1_000
const CLIENTS = 32
const LARGEST_FILE_MB = 64
const LONGEST_PAUSE_MS = 50

const fileMb = (file: string): number => (statSync(file).size + statSync(`${file}-wal`).size) / 1e6

test(`${UPDATES} updates over ${KEYS} keys: file < ${LARGEST_FILE_MB} MB, no pause > ${LONGEST_PAUSE_MS} ms`, async (t) => {
  using place = newPlace()
  await using store = await openStore(place)
  const value = Buffer.alloc(1_000, 'v')
  for (let key = 0; key < KEYS; key++) await store.create(`/soak/${key}`, value)
  const pauses = watchPauses()
  const startMs = performance.now()
  let done = 0
  let largestMb = 0
  const client = async (): Promise<void> => {
    while (done < UPDATES) {
      const number = done++
      await store.update(`/soak/${number % KEYS}`, value)
      if (number % 10_000 === 0) largestMb = Math.max(largestMb, fileMb(place.file))
    }
  }
  await Promise.all(Array.from({length: CLIENTS}, client))
  const {longestMs, longestWallMs} = pauses.stop()
  const seconds = (performance.now() - startMs) / 1000
  t.diagnostic(
    `${Math.round(UPDATES / seconds)} updates/s, file at most ${largestMb.toFixed(1)} MB, ` +
      `longest pause ${longestMs.toFixed(1)} ms (${longestWallMs.toFixed(1)} ms with what other processes took), ${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`,
  )
  assert.ok(largestMb < LARGEST_FILE_MB, `the file grew to ${largestMb} MB`)
  assert.ok(longestMs < LONGEST_PAUSE_MS, `the event loop stood still for ${longestMs} ms`)
})
