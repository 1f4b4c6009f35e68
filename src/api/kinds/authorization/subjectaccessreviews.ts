// SubjectAccessReview

import {subjectAccessReviews} from '../../resources.ts'
import type {SubjectAccessReview} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const subjectAccessReviewKind = defineKind<SubjectAccessReview>({
  resource: subjectAccessReviews,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
