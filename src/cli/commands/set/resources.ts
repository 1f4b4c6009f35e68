import {command, string} from '../../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  local,
  output,
  record,
  recursive,
  selector,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  containers: string("Names of containers to work on; '*' stands for any text.", {short: 'c', default: '*'}),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-set'),
  filename,
  kustomize,
  limits: string('Limits as resource=quantity, with commas.'),
  local,
  output,
  record,
  recursive,
  requests: string('Requests as resource=quantity, with commas.'),
  selector,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  summary: 'Update resource requests/limits on objects with pod templates',
  flags,
  run: async (invocation) => (await import('../../verbs/set/resources.ts')).setResources(invocation),
})
