import {command} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  output,
  saveConfig,
  showManagedFields,
  template,
  validate,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME [--dry-run=server|client|none]',
  aliases: ['sa'],
  summary: 'Create a service account with the specified name',
  flags,
  run: async (invocation) => (await import('../../verbs/create/serviceaccount.ts')).createServiceaccount(invocation),
})
