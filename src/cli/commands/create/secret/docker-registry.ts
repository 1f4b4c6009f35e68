import {command, string} from '../../../definition.ts'
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
  'docker-email': string('Mail address at the registry.'),
  'docker-password': string('Password at the registry.'),
  'docker-server': string('Address of the registry.', {default: 'https://index.docker.io/v1/'}),
  'docker-username': string('User at the registry.'),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  'from-file': fromFile,
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage:
    'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  summary: 'Create a secret for use with a Docker registry',
  flags,
  run: async (invocation) =>
    (await import('../../../verbs/create/secret/docker-registry.ts')).createSecretDockerRegistry(invocation),
})
