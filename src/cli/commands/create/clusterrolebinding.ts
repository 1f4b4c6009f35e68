import {command, string} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  group,
  output,
  saveConfig,
  serviceaccount,
  showManagedFields,
  template,
  user,
  validate,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  clusterrole: string('Cluster role the binding refers to.'),
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  group,
  output,
  'save-config': saveConfig,
  serviceaccount,
  'show-managed-fields': showManagedFields,
  template,
  user,
  validate,
} as const

export const definition = command({
  usage:
    'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  summary: 'Create a cluster role binding for a particular cluster role',
  required: ['clusterrole'],
  flags,
  run: async (invocation) =>
    (await import('../../verbs/create/clusterrolebinding.ts')).createClusterrolebinding(invocation),
})
