// Every case on every container runtime. MINI_TEST_RUNTIME=crun runs one column, MINI_TEST_CASE a row.
import {test} from 'node:test'
import {cases} from './matrix/cases.ts'
import {runtimes, startMatrixCluster} from './matrix/cluster.ts'

const only = process.env.MINI_TEST_RUNTIME
const word = process.env.MINI_TEST_CASE ?? ''

for (const runtime of runtimes)
  if (!only || only === runtime)
    test(`pods on ${runtime}`, async (context) => {
      await using cluster = await startMatrixCluster(runtime)
      for (const {name, run} of cases)
        if (name.includes(word)) await context.test(`${runtime}: ${name}`, () => run(cluster))
    })
