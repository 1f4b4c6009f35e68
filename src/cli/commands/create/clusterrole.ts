import {command, list, string} from '../../definition.ts'
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
  'aggregation-rule': string('Label selector of the cluster roles whose rules are combined into this one.', {
    shownDefault: '',
  }),
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  'non-resource-url': list('Path of the API that is no resource.'),
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
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  summary: 'Create a cluster role',
  flags,
  run: async (invocation) => (await import('../../verbs/create/clusterrole.ts')).createClusterrole(invocation),
})
