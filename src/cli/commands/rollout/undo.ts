import {command, int} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
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
  'dry-run': dryRun,
  filename,
  kustomize,
  output,
  recursive,
  selector,
  'show-managed-fields': showManagedFields,
  template,
  'to-revision': int('The revision to go back to; 0: the one before.'),
} as const

export const definition = command({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: 'Undo a previous rollout',
  flags,
  run: async (invocation) => (await import('../../verbs/rollout/undo.ts')).rolloutUndo(invocation),
})
