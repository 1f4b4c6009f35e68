import {command, list} from '../../definition.ts'
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
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  output,
  resource: list('Resource the rule is about.'),
  'resource-name': list('Name of an object the rule is about; may be repeated.'),
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
  verb: list('Verb the rule allows.'),
} as const

export const definition = command({
  usage:
    'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  summary: 'Create a role with single rule',
  flags,
  run: async (invocation) => (await import('../../verbs/create/role.ts')).createRole(invocation),
})
