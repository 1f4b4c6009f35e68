// ResourceSlice
import {resourceSlices} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const resourceSliceKind = defineKind({
  resource: resourceSlices,
  columns: [nameColumn, ageColumn],
})
