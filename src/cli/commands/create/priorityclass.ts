import {bool, command, int, string} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  output,
  saveConfig,
  showManagedFields,
  template,
  validate,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  description: string('When and for what the class should be used.'),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  'global-default': bool('Make this the default priority.'),
  output,
  'preemption-policy': string('Whether pods of this class push others out: Never or PreemptLowerPriority.', {
    default: 'PreemptLowerPriority',
  }),
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
  value: int('Priority of the class.', {bits: 32}),
} as const

export const definition = command({
  usage: 'NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  aliases: ['pc'],
  summary: 'Create a priority class with the specified name',
  flags,
  run: async (invocation) => (await import('../../verbs/create/priorityclass.ts')).createPriorityclass(invocation),
})
