// MutatingWebhookConfiguration

import {mutatingWebhookConfigurations} from '../../resources.ts'
import type {MutatingWebhookConfiguration} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {mutatingWebhookStrategy} from './webhook-rules.ts'

export const mutatingWebhookConfigurationKind = defineKind<MutatingWebhookConfiguration>({
  resource: mutatingWebhookConfigurations,
  strategy: mutatingWebhookStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Webhooks', ({webhooks}) => webhooks?.length ?? 0, {
      type: 'integer',
      description: 'Webhooks indicates the number of webhooks registered in this configuration',
    }),
    ageColumn,
  ],
})
