// What every container runtime must do, as cases over one cluster. A case names its pods after itself.
import type {MatrixCluster} from './cluster.ts'
import {isolation} from './isolation.ts'
import {lifecycle} from './lifecycle.ts'
import {limits} from './limits.ts'
import {network} from './network.ts'
import {storage} from './storage.ts'
import {streams} from './streams.ts'

export interface MatrixCase {
  readonly name: string
  /** Part of every `npm test`; the others are run by `npm run e2e`. */
  readonly isSmoke?: boolean
  run(cluster: MatrixCluster): Promise<void>
}

export const cases: readonly MatrixCase[] = [...lifecycle, ...streams, ...storage, ...isolation, ...network, ...limits]
