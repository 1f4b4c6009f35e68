// SelfSubjectAccessReview
import {selfSubjectAccessReviews} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const selfSubjectAccessReviewKind = defineKind({
  resource: selfSubjectAccessReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
