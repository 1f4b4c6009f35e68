import {command, int, string} from '../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  name,
  output,
  record,
  recursive,
  saveConfig,
  showManagedFields,
  template,
} from '../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  cpu: string('Target CPU utilization of all pods, in percent of the request or as a quantity.'),
  'cpu-percent': int('Target CPU utilization of all pods, in percent of the request.', {
    default: -1,
    bits: 32,
    hidden: true,
    deprecated:
      "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
  }),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-autoscale'),
  filename,
  kustomize,
  max: int('Most pods; required.', {default: -1, bits: 32}),
  memory: string('Target memory utilization of all pods, in percent of the request or as a quantity.'),
  min: int('Fewest pods; negative or missing: a default.', {default: -1, bits: 32}),
  name,
  output,
  record,
  recursive,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  summary: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  required: ['max'],
  flags,
  run: async (invocation) => (await import('../verbs/autoscale.ts')).autoscale(invocation),
})
