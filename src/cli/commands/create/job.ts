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
  from: string('Take the content of this resource.'),
  image,
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  summary: 'Create a job with the specified name',
  flags,
  run: async (invocation) => (await import('../../verbs/create/job.ts')).createJob(invocation),
})
