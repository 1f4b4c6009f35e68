import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {test} from 'node:test'
import {takeLock} from '../../src/daemon/lock.ts'
import {tempFolder} from '../helpers/temp.ts'

test('only one holds the lock, and it is free again after kill -9', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'lock')
  const holder = spawn(process.execPath, [
    '--input-type=module-typescript',
    '-e',
    `import {takeLock} from '${join(import.meta.dirname, '../../src/daemon/lock.ts')}'
     const lock = takeLock(${JSON.stringify(file)}); console.log(lock ? 'held' : 'busy'); setInterval(() => lock, 1000)`,
  ])
  const [said] = await once(holder.stdout, 'data')
  assert.equal(String(said).trim(), 'held')
  assert.equal(takeLock(file), undefined)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const lock = takeLock(file)
  assert.ok(lock)
  lock[Symbol.dispose]()
})
