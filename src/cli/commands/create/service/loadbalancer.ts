import {command} from '../../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  output,
  saveConfig,
  showManagedFields,
  tcp,
  template,
  validate,
} from '../../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  tcp,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  summary: 'Create a LoadBalancer service',
  flags,
  run: async (invocation) =>
    (await import('../../../verbs/create/service/loadbalancer.ts')).createServiceLoadbalancer(invocation),
})
