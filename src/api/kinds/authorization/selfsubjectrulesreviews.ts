// SelfSubjectRulesReview
import {selfSubjectRulesReviews} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const selfSubjectRulesReviewKind = defineKind({
  resource: selfSubjectRulesReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
