// MutatingWebhookConfiguration
import {mutatingWebhookConfigurations} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const mutatingWebhookConfigurationKind = defineKind({
  resource: mutatingWebhookConfigurations,
  columns: [nameColumn, ageColumn],
})
