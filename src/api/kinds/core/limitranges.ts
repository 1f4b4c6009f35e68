// LimitRange
import {limitRanges} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const limitRangeKind = defineKind({
  resource: limitRanges,
  columns: [nameColumn, ageColumn],
})
