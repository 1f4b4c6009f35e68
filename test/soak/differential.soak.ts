// Every case of test/differential, against two clusters.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {allGroups, describeDifference} from '../differential/cases.ts'
import {startSides} from '../differential/clusters.ts'
import {runGroups} from '../differential/run.ts'
import {tempFolder} from '../helpers/temp.ts'

test('mini says what kubectl says in every case', {timeout: 3_000_000}, async () => {
  using folder = tempFolder()
  await using clusters = await startSides(folder.path)
  const found: string[] = []
  const steps = await runGroups(clusters.sides, allGroups(), (one) => found.push(describeDifference(one)))
  console.log(`${steps} commands, ${found.length} differ`)
  assert.equal(found.length, 0, found.join('\n'))
})
