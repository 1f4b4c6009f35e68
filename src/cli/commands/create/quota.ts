import {command, string} from '../../definition.ts'
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
  hard: string('Limits as resource=quantity, with commas.'),
  output,
  'save-config': saveConfig,
  scopes: string('Scopes the quota applies to, with commas.'),
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  aliases: ['resourcequota'],
  summary: 'Create a quota with the specified name',
  flags,
  run: async (invocation) => (await import('../../verbs/create/quota.ts')).createQuota(invocation),
})
