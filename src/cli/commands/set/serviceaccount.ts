import {command} from '../../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  local,
  output,
  record,
  recursive,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-set'),
  filename,
  kustomize,
  local,
  output,
  record,
  recursive,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  aliases: ['sa'],
  summary: 'Update the service account of a resource',
  flags,
  run: async (invocation) => (await import('../../verbs/set/serviceaccount.ts')).setServiceaccount(invocation),
})
