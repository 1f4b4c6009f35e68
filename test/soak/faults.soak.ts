import {test} from 'node:test'
import {surviveKills} from '../helpers/faults.ts'

const ROUNDS = Number(process.env.SOAK_ROUNDS ?? 25)
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 100_000)

test(`${ROUNDS * 2} kills amid rollouts, scale-ups, Jobs and namespace deletions (seed ${SEED})`, async () => {
  await surviveKills({rounds: ROUNDS, killsInRound: 2, seed: SEED})
})
