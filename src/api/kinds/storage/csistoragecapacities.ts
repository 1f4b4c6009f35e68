// CSIStorageCapacity
import {csiStorageCapacities} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const csiStorageCapacityKind = defineKind({
  resource: csiStorageCapacities,
  columns: [nameColumn, ageColumn],
})
