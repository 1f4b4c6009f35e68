// SelfSubjectAccessReview

import {selfSubjectAccessReviews} from '../../resources.ts'
import type {SelfSubjectAccessReview} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const selfSubjectAccessReviewKind = defineKind<SelfSubjectAccessReview>({
  resource: selfSubjectAccessReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
