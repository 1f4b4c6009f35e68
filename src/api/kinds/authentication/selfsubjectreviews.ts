// SelfSubjectReview

import {selfSubjectReviews} from '../../resources.ts'
import type {SelfSubjectReview} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const selfSubjectReviewKind = defineKind<SelfSubjectReview>({
  resource: selfSubjectReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
