import {command, string} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  image,
  output,
  saveConfig,
  showManagedFields,
  template,
  validate,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  image,
  output,
  restart: string('Restart policy of the pod: Always, OnFailure or Never.'),
  'save-config': saveConfig,
  schedule: string("When the job runs, in cron's format."),
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  aliases: ['cj'],
  summary: 'Create a cron job with the specified name',
  required: ['image', 'schedule'],
  flags,
  run: async (invocation) => (await import('../../verbs/create/cronjob.ts')).createCronjob(invocation),
})
