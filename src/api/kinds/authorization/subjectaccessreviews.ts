// SubjectAccessReview
import {subjectAccessReviews} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const subjectAccessReviewKind = defineKind({
  resource: subjectAccessReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
