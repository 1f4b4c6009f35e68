// PriorityLevelConfiguration

import {priorityLevelConfigurations} from '../../resources.ts'
import type {PriorityLevelConfiguration} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {priorityLevelStrategy} from './prioritylevel-rules.ts'

export const priorityLevelConfigurationKind = defineKind<PriorityLevelConfiguration>({
  resource: priorityLevelConfigurations,
  strategy: priorityLevelStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Type', ({spec}) => spec?.type ?? '', {doc: 'spec.type'}),
    column(
      'NominalConcurrencyShares',
      ({spec}) => (spec?.limited ?? spec?.exempt)?.nominalConcurrencyShares ?? '<none>',
      {doc: 'spec.limited.nominalConcurrencyShares'},
    ),
    column('Queues', ({spec}) => spec?.limited?.limitResponse?.queuing?.queues ?? '<none>', {
      doc: 'spec.limited.limitResponse.queuing.queues',
    }),
    column('HandSize', ({spec}) => spec?.limited?.limitResponse?.queuing?.handSize ?? '<none>', {
      doc: 'spec.limited.limitResponse.queuing.handSize',
    }),
    column('QueueLengthLimit', ({spec}) => spec?.limited?.limitResponse?.queuing?.queueLengthLimit ?? '<none>', {
      doc: 'spec.limited.limitResponse.queuing.queueLengthLimit',
    }),
    ageColumn,
  ],
  subresources: {
    status: statusSubresource,
  },
})
