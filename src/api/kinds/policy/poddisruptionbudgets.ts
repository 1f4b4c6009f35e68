// PodDisruptionBudget
import {podDisruptionBudgets} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const podDisruptionBudgetKind = defineKind({
  resource: podDisruptionBudgets,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
