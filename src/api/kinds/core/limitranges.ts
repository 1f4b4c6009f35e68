// LimitRange

import {limitRanges} from '../../resources.ts'
import type {LimitRange} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {limitRangeStrategy} from './limitrange-rules.ts'

export const limitRangeKind = defineKind<LimitRange>({
  resource: limitRanges,
  strategy: limitRangeStrategy,
  columns: [nameColumn, createdAtColumn],
})
