import {bool, command} from '../definition.ts'
import {
  allowMissingTemplateKeys,
  fieldManager,
  filename,
  kustomize,
  output,
  record,
  recursive,
  saveConfig,
  showManagedFields,
  subresource,
  template,
  validate,
  windowsLineEndings,
} from '../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'field-manager': fieldManager('kubectl-edit'),
  filename,
  kustomize,
  output,
  'output-patch': bool('Print the patch when the object changed.'),
  record,
  recursive,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  subresource,
  template,
  validate,
  'windows-line-endings': windowsLineEndings,
} as const

export const definition = command({
  usage: '(RESOURCE/NAME | -f FILENAME)',
  summary: 'Edit a resource on the server',
  flags,
  run: async (invocation) => (await import('../verbs/edit.ts')).edit(invocation),
})
