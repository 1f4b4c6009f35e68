// CSIStorageCapacity

import {csiStorageCapacities} from '../../resources.ts'
import type {CSIStorageCapacity} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {csiStorageCapacityStrategy} from './csi-rules.ts'

export const csiStorageCapacityKind = defineKind<CSIStorageCapacity>({
  resource: csiStorageCapacities,
  strategy: csiStorageCapacityStrategy,
  columns: [nameColumn, createdAtColumn],
})
