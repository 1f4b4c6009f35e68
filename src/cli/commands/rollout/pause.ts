import {command} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  fieldManager,
  filename,
  kustomize,
  output,
  recursive,
  selector,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'field-manager': fieldManager('kubectl-rollout'),
  filename,
  kustomize,
  output,
  recursive,
  selector,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: 'RESOURCE',
  summary: 'Mark the provided resource as paused',
  flags,
  run: async (invocation) => (await import('../../verbs/rollout/pause.ts')).rolloutPause(invocation),
})
