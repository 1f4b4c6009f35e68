import {array, command, string} from '../../definition.ts'
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
  annotation: array('Annotation of the ingress, as key=value.'),
  class: string('Ingress class to use.'),
  'default-backend': string('Default service, as svcname:port.'),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  output,
  rule: array("Rule as host/path=service:port[,tls[=secret]]. Paths that end with '*' are prefixes."),
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME --rule=host/path=service:port[,tls[=secret]]',
  aliases: ['ing'],
  summary: 'Create an ingress with the specified name',
  flags,
  run: async (invocation) => (await import('../../verbs/create/ingress.ts')).createIngress(invocation),
})
