// ValidatingWebhookConfiguration

import {validatingWebhookConfigurations} from '../../resources.ts'
import type {ValidatingWebhookConfiguration} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {validatingWebhookStrategy} from './webhook-rules.ts'

export const validatingWebhookConfigurationKind = defineKind<ValidatingWebhookConfiguration>({
  resource: validatingWebhookConfigurations,
  strategy: validatingWebhookStrategy,
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
