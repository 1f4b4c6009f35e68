import {command, int} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
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
  filename,
  kustomize,
  output,
  recursive,
  revision: int('The revision.'),
  selector,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: 'View rollout history',
  flags,
  run: async (invocation) => (await import('../../verbs/rollout/history.ts')).rolloutHistory(invocation),
})
