// ValidatingWebhookConfiguration

import {validatingWebhookConfigurations} from '../../resources.ts'
import type {ValidatingWebhookConfiguration} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const validatingWebhookConfigurationKind = defineKind<ValidatingWebhookConfiguration>({
  resource: validatingWebhookConfigurations,
  columns: [
    nameColumn,
    column('Webhooks', ({webhooks}) => webhooks?.length ?? 0, {
      type: 'integer',
      description: 'Webhooks indicates the number of webhooks registered in this configuration',
    }),
    ageColumn,
  ],
})
