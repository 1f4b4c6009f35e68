// HorizontalPodAutoscaler of autoscaling/v1: kept as v2
import type {Column} from '../../kind.ts'
import type {KubeObject} from '../../object.ts'
import {horizontalPodAutoscalers, horizontalPodAutoscalersV1} from '../../resources.ts'
import type {HorizontalPodAutoscaler, V2HorizontalPodAutoscaler} from '../../schema/types.gen.ts'
import {autoscalerStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {autoscalerColumns} from './autoscaler-columns.ts'
import {autoscalerV1Strategy} from './autoscaler-rules.ts'
import {fromV2, toV2} from './conversion.ts'

const throughV2 = (column: Column<V2HorizontalPodAutoscaler>): Column<HorizontalPodAutoscaler> => ({
  ...column,
  cell: (autoscaler, nowMs) => column.cell(toV2(autoscaler), nowMs),
})

export const horizontalPodAutoscalerV1Kind = defineKind<HorizontalPodAutoscaler>({
  resource: horizontalPodAutoscalersV1,
  strategy: autoscalerV1Strategy,
  columns: autoscalerColumns.map(throughV2),
  subresources: {status: autoscalerStatus},
  storage: {
    resource: horizontalPodAutoscalers,
    toStored: toV2,
    fromStored: (stored: KubeObject) => fromV2(stored as V2HorizontalPodAutoscaler),
  },
})
