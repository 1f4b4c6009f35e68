import {command} from '../../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  group,
  kustomize,
  local,
  output,
  recursive,
  selector,
  serviceaccount,
  showManagedFields,
  template,
  user,
} from '../../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-set'),
  filename,
  group,
  kustomize,
  local,
  output,
  recursive,
  selector,
  serviceaccount,
  'show-managed-fields': showManagedFields,
  template,
  user,
} as const

export const definition = command({
  usage:
    '(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  summary: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags,
  run: async (invocation) => (await import('../../verbs/set/subject.ts')).setSubject(invocation),
})
