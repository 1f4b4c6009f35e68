// Five hundred pods made, used and removed: nothing is left of them, whoever launched them.
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {environmentFor, launchers} from '../helpers/launchers.ts'
import {startMiniCri} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'
import {footprint, many} from '../runtime/footprint.ts'

for (const launcher of launchers)
  test(`${launcher}: nothing is left of five hundred pods`, async () => {
    await using runtime = await startMiniCri(['--launcher', launcher], undefined, await environmentFor(launcher))
    const root = join(runtime.root, 'runtime')
    await many(runtime, 2, 2)
    const isQuiet = (): boolean => footprint(root).spares === 1 && footprint(root).mounts === 3
    await until('the spare sandbox', isQuiet)
    const before = footprint(root)
    await many(runtime, 500, 8)
    await until('the spare sandbox', isQuiet)
    await until('everything to be back', () => {
      assert.deepEqual(footprint(root), before)
      return true
    })
  })
