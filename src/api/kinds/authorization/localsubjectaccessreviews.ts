// LocalSubjectAccessReview
import {localSubjectAccessReviews} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const localSubjectAccessReviewKind = defineKind({
  resource: localSubjectAccessReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
