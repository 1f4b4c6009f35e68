import {array, bool, command, list, string} from '../../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  local,
  output,
  recursive,
  selector,
  showList,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  containers: string("Names of containers to work on; '*' stands for any text.", {short: 'c', default: '*'}),
  'dry-run': dryRun,
  env: array('Environment variable to set in the container.', {short: 'e'}),
  'field-manager': fieldManager('kubectl-set'),
  filename,
  from: string('Take the content of this resource.'),
  keys: list('Import only these keys.'),
  kustomize,
  list: showList,
  local,
  output,
  overwrite: bool('Replace what has another value already.', {default: true}),
  prefix: string("Put the pod's and container's name before every line."),
  recursive,
  resolve: bool('Resolve secret and config map references when listing variables.'),
  selector,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  summary: 'Update environment variables on a pod template',
  flags,
  run: async (invocation) => (await import('../../verbs/set/env.ts')).setEnv(invocation),
})
