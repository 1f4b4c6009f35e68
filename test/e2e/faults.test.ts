import {test} from 'node:test'
import {surviveKills} from '../helpers/faults.ts'

test('a daemon killed amid a rollout, a scale-up, a Job and a namespace deletion finishes them all after it starts again', async () => {
  await surviveKills({rounds: 2, killsInRound: 2, seed: 7})
})
