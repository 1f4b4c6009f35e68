// ValidatingWebhookConfiguration
import {validatingWebhookConfigurations} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const validatingWebhookConfigurationKind = defineKind({
  resource: validatingWebhookConfigurations,
  columns: [nameColumn, ageColumn],
})
