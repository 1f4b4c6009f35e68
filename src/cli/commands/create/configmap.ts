import {array, command, list} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  appendHash,
  dryRun,
  fieldManager,
  fromFile,
  output,
  saveConfig,
  showManagedFields,
  template,
  validate,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'append-hash': appendHash,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  'from-env-file': list('File with lines of key=value.'),
  'from-file': fromFile,
  'from-literal': array('Key and value, as key=value.'),
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  aliases: ['cm'],
  summary: 'Create a config map from a local file, directory or literal value',
  flags,
  run: async (invocation) => (await import('../../verbs/create/configmap.ts')).createConfigmap(invocation),
})
