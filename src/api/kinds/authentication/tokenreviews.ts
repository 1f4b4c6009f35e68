// TokenReview
import {tokenReviews} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const tokenReviewKind = defineKind({
  resource: tokenReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
