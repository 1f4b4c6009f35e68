// HorizontalPodAutoscaler

import {horizontalPodAutoscalersV1} from '../../resources.ts'
import type {HorizontalPodAutoscaler} from '../../schema/types.gen.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const horizontalPodAutoscalerV1Kind = defineKind<HorizontalPodAutoscaler>({
  resource: horizontalPodAutoscalersV1,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
