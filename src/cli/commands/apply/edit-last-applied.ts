import {command} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  fieldManager,
  filename,
  kustomize,
  output,
  recursive,
  showManagedFields,
  template,
  validate,
  windowsLineEndings,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'field-manager': fieldManager('kubectl-client-side-apply'),
  filename,
  kustomize,
  output,
  recursive,
  'show-managed-fields': showManagedFields,
  template,
  validate,
  'windows-line-endings': windowsLineEndings,
} as const

export const definition = command({
  usage: '(RESOURCE/NAME | -f FILENAME)',
  summary: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags,
  run: async (invocation) => (await import('../../verbs/apply/edit-last-applied.ts')).applyEditLastApplied(invocation),
})
