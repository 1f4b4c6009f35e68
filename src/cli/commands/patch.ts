import {command, string} from '../definition.ts'
import {
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
  subresource,
  template,
} from '../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-patch'),
  filename,
  kustomize,
  local,
  output,
  patch: string('The patch, as JSON or YAML.', {short: 'p'}),
  'patch-file': string('File with the patch.'),
  record,
  recursive,
  'show-managed-fields': showManagedFields,
  subresource,
  template,
  type: string('Type of it.', {default: 'strategic'}),
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  summary: 'Update fields of a resource',
  flags,
  run: async (invocation) => (await import('../verbs/patch.ts')).patch(invocation),
})
