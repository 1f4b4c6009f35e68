import {array, command, list, string} from '../../../definition.ts'
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
} from '../../../flags/common.ts'

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
  type: string('Type of it.'),
  validate,
} as const

export const definition = command({
  usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  summary: 'Create a secret from a local file, directory, or literal value',
  flags,
  run: async (invocation) => (await import('../../../verbs/create/secret/generic.ts')).createSecretGeneric(invocation),
})
