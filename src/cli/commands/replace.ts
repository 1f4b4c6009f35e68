import {command} from '../definition.ts'
import {
  allowMissingTemplateKeys,
  cascade,
  dryRun,
  fieldManager,
  filename,
  force,
  gracePeriod,
  kustomize,
  output,
  raw,
  recursive,
  saveConfig,
  showManagedFields,
  subresource,
  template,
  timeout,
  validate,
  wait,
} from '../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  cascade,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-replace'),
  filename,
  force,
  'grace-period': gracePeriod,
  kustomize,
  output,
  raw,
  recursive,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  subresource,
  template,
  timeout,
  validate,
  wait,
} as const

export const definition = command({
  usage: '-f FILENAME',
  summary: 'Replace a resource by file name or stdin',
  flags,
  run: async (invocation) => (await import('../verbs/replace.ts')).replace(invocation),
})
