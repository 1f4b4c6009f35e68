import assert from 'node:assert/strict'
import {appendFileSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {gunzipSync} from 'node:zlib'
import {readLog} from '../../src/kubelet/api/log-reader.ts'
import {removeLogs, rotateLog} from '../../src/kubelet/logs/rotate.ts'
import {tempFolder} from '../helpers/temp.ts'

const limits = {maxBytes: 10, maxFiles: 3}
const day = Date.UTC(2026, 0, 31, 23, 59, 59)

test('a log within its size stays', async () => {
  using folder = tempFolder()
  const path = join(folder.path, '0.log')
  writeFileSync(path, 'short')
  assert.equal(await rotateLog(path, limits, day, async () => undefined), false)
  assert.deepEqual(readdirSync(folder.path), ['0.log'])
})

test('the newest old log stays as it is, older ones are compressed, and there are never more than allowed', async () => {
  using folder = tempFolder()
  const path = join(folder.path, '0.log')
  for (const round of [1, 2, 3, 4]) {
    writeFileSync(path, `round number ${round}`)
    await rotateLog(path, limits, day + round * 1000, async () => writeFileSync(path, ''))
  }
  assert.deepEqual(readdirSync(folder.path).sort(), ['0.log', '0.log.20260201-000002.gz', '0.log.20260201-000003'])
  assert.equal(readFileSync(join(folder.path, '0.log.20260201-000003'), 'utf8'), 'round number 4')
  assert.equal(gunzipSync(readFileSync(join(folder.path, '0.log.20260201-000002.gz'))).toString(), 'round number 3')
  removeLogs(path)
  assert.deepEqual(readdirSync(folder.path), [])
})

test('a log whose container cannot write on in a new file is put back', async () => {
  using folder = tempFolder()
  const path = join(folder.path, '0.log')
  writeFileSync(path, 'long enough to rotate')
  await assert.rejects(
    rotateLog(path, limits, day, () => Promise.reject(new Error('gone'))),
    /gone/,
  )
  assert.deepEqual(readdirSync(folder.path), ['0.log'])
})

test('who follows a log misses nothing when it is rotated', async () => {
  using folder = tempFolder()
  const path = join(folder.path, '0.log')
  const line = (text: string): string => `2026-01-31T00:00:00.000000000Z stdout F ${text}\n`
  writeFileSync(path, line('one'))
  let running = true
  const seen: string[] = []
  const options = {
    follow: true,
    timestamps: false,
    tailLines: undefined,
    sinceMs: undefined,
    limitBytes: undefined,
    stream: 'All',
  } as const
  const signal = new AbortController().signal
  for await (const chunk of readLog({path, isRunning: () => running, signal}, options)) {
    seen.push(...chunk.toString().trim().split('\n'))
    if (seen.length === 1)
      await rotateLog(path, limits, day, async () => {
        // Still into the old one, before the runtime has moved on.
        appendFileSync(`${path}.20260131-235959`, line('two'))
        writeFileSync(path, line('three'))
      })
    if (seen.length === 3) running = false
  }
  assert.deepEqual(seen, ['one', 'two', 'three'])
})
