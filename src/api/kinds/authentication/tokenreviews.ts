// TokenReview

import {tokenReviews} from '../../resources.ts'
import type {TokenReview} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const tokenReviewKind = defineKind<TokenReview>({
  resource: tokenReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
