import {bool, command} from '../../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  local,
  output,
  resourceVersion,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-set'),
  filename,
  local,
  output,
  recursive: bool('Process the folder of -f, --filename with all folders in it.', {short: 'R', default: true}),
  'resource-version': resourceVersion,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  summary: 'Set the selector on a resource',
  flags,
  run: async (invocation) => (await import('../../verbs/set/selector.ts')).setSelector(invocation),
})
