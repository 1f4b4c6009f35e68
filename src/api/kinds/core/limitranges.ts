// LimitRange

import {limitRanges} from '../../resources.ts'
import type {LimitRange} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const limitRangeKind = defineKind<LimitRange>({
  resource: limitRanges,
  columns: [nameColumn, createdAtColumn],
})
