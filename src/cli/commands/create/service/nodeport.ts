import {command, int} from '../../../definition.ts'
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
  'node-port': int('Port of the service on every node.', {bits: 32}),
  output,
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  tcp,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  summary: 'Create a NodePort service',
  flags,
  run: async (invocation) =>
    (await import('../../../verbs/create/service/nodeport.ts')).createServiceNodeport(invocation),
})
