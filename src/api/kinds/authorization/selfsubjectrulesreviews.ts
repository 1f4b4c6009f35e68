// SelfSubjectRulesReview

import {selfSubjectRulesReviews} from '../../resources.ts'
import type {SelfSubjectRulesReview} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const selfSubjectRulesReviewKind = defineKind<SelfSubjectRulesReview>({
  resource: selfSubjectRulesReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
