// The real kubectl and mini beside each other: a sample of the cases, another one for each seed; `npm run soak` runs them all.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {seeded} from '../../src/lib/random.ts'
import {tempFolder} from '../helpers/temp.ts'
import {allGroups, describeDifference} from './cases.ts'
import {startSides} from './clusters.ts'
import {expand, groupsIn, sample} from './expand.ts'
import {runGroups} from './run.ts'

const READING = 70
const CHANGING = 'small.txt'

test('a line of a case file stands for all its choices', () => {
  assert.deepEqual(expand('a [[b|c]] [[d|]]'), ['a b d', 'a b ', 'a c d', 'a c '])
  const [one, other] = groupsIn('f', 'x [[1|2]]\ny\n\nz\n')
  assert.deepEqual(one?.steps, ['x 1', 'x 2', 'y'])
  assert.deepEqual(other, {name: 'f:4', steps: ['z'], reads: false})
  assert.equal(groupsIn('f', '# reads\nx [[1|2]]\n').length, 2)
})

test('mini says what kubectl says, and ends as it ends', async () => {
  using folder = tempFolder()
  await using clusters = await startSides(folder.path)
  const seed = Number(process.env.MINI_TEST_SEED ?? 1)
  const all = allGroups()
  const reading = sample(
    seeded(seed),
    all.filter(({reads}) => reads),
    READING,
  )
  const changing = all.filter(({name}) => name.startsWith(CHANGING))
  const found: string[] = []
  const steps = await runGroups(clusters.sides, [...changing, ...reading], (one) => found.push(describeDifference(one)))
  assert.ok(steps > READING)
  assert.equal(found.length, 0, `seed ${seed}:\n${found.join('\n')}`)
})
