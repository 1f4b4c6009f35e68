// PodDisruptionBudget

import {podDisruptionBudgets} from '../../resources.ts'
import type {PodDisruptionBudget} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {disruptionBudgetStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {podDisruptionBudgetStrategy} from './poddisruptionbudget-rules.ts'

export const podDisruptionBudgetKind = defineKind<PodDisruptionBudget>({
  resource: podDisruptionBudgets,
  strategy: podDisruptionBudgetStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Min Available', ({spec}) => String(spec?.minAvailable ?? 'N/A'), {
      description: 'The minimum number of pods that must be available.',
    }),
    column('Max Unavailable', ({spec}) => String(spec?.maxUnavailable ?? 'N/A'), {
      description: 'The maximum number of pods that may be unavailable.',
    }),
    column('Allowed Disruptions', ({status}) => status?.disruptionsAllowed ?? 0, {
      type: 'integer',
      description: 'Calculated number of pods that may be disrupted at this time.',
    }),
    ageColumn,
  ],
  subresources: {
    status: disruptionBudgetStatus,
  },
})
