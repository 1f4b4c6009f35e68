import {command, string} from '../../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  output,
  saveConfig,
  showManagedFields,
  tcp,
  template,
  validate,
} from '../../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'external-name': string('External name of the service.'),
  'field-manager': fieldManager('kubectl-create'),
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  tcp,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME --external-name external.name [--dry-run=server|client|none]',
  summary: 'Create an ExternalName service',
  required: ['external-name'],
  flags,
  run: async (invocation) =>
    (await import('../../../verbs/create/service/externalname.ts')).createServiceExternalname(invocation),
})
