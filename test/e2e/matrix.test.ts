// The shortest part of the matrix on every container runtime; all of it: `npm run e2e`.
import {test} from 'node:test'
import {isRoot} from '../helpers/mini-cri.ts'
import {cases} from './matrix/cases.ts'
import {runtimes, startMatrixCluster} from './matrix/cluster.ts'

for (const runtime of runtimes)
  test(`pods on ${runtime}`, {skip: !isRoot && 'needs root on Linux'}, async (context) => {
    await using cluster = await startMatrixCluster(runtime)
    for (const {isSmoke, name, run} of cases) if (isSmoke) await context.test(name, () => run(cluster))
  })
