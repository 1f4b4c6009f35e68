// SelfSubjectReview
import {selfSubjectReviews} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const selfSubjectReviewKind = defineKind({
  resource: selfSubjectReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
