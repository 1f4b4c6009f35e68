import {command, string} from '../../../definition.ts'
import {
  allowMissingTemplateKeys,
  appendHash,
  dryRun,
  fieldManager,
  output,
  saveConfig,
  showManagedFields,
  template,
  validate,
} from '../../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'append-hash': appendHash,
  cert: string('File with a PEM certificate.'),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  key: string('File with a PEM private key.'),
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  summary: 'Create a TLS secret',
  flags,
  run: async (invocation) => (await import('../../../verbs/create/secret/tls.ts')).createSecretTls(invocation),
})
