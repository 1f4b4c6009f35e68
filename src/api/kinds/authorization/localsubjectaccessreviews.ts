// LocalSubjectAccessReview

import {localSubjectAccessReviews} from '../../resources.ts'
import type {LocalSubjectAccessReview} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const localSubjectAccessReviewKind = defineKind<LocalSubjectAccessReview>({
  resource: localSubjectAccessReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
