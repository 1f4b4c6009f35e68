// HorizontalPodAutoscaler

import {horizontalPodAutoscalers} from '../../resources.ts'
import type {V2HorizontalPodAutoscaler} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {autoscalerColumns} from './autoscaler-columns.ts'

export const horizontalPodAutoscalerKind = defineKind<V2HorizontalPodAutoscaler>({
  resource: horizontalPodAutoscalers,
  columns: autoscalerColumns,
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
