// HorizontalPodAutoscaler
import {horizontalPodAutoscalers} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const horizontalPodAutoscalerKind = defineKind({
  resource: horizontalPodAutoscalers,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
