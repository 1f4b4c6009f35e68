import {command} from '../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  output,
  overwrite,
  selector,
  showManagedFields,
  template,
  validate,
} from '../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-taint'),
  output,
  overwrite,
  selector,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  summary: 'Update the taints on one or more nodes',
  flags,
  run: async (invocation) => (await import('../verbs/taint.ts')).taint(invocation),
})
