import {command, int} from '../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  filename,
  kustomize,
  output,
  record,
  recursive,
  resourceVersion,
  selector,
  showManagedFields,
  template,
  timeout,
} from '../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'current-replicas': int('Only change the size when it is this now.', {default: -1, bits: 32}),
  'dry-run': dryRun,
  filename,
  kustomize,
  output,
  record,
  recursive,
  replicas: int('How many replicas.', {bits: 32}),
  'resource-version': resourceVersion,
  selector,
  'show-managed-fields': showManagedFields,
  template,
  timeout,
} as const

export const definition = command({
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  required: ['replicas'],
  flags,
  run: async (invocation) => (await import('../verbs/scale.ts')).scale(invocation),
})
