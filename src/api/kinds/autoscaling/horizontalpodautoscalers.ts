// HorizontalPodAutoscaler

import {horizontalPodAutoscalers} from '../../resources.ts'
import type {V2HorizontalPodAutoscaler} from '../../schema/types.gen.ts'
import {autoscalerStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {autoscalerColumns} from './autoscaler-columns.ts'
import {autoscalerStrategy} from './autoscaler-rules.ts'

export const horizontalPodAutoscalerKind = defineKind<V2HorizontalPodAutoscaler>({
  resource: horizontalPodAutoscalers,
  strategy: autoscalerStrategy,
  columns: autoscalerColumns,
  subresources: {
    status: autoscalerStatus,
  },
})
