import {bool, command} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  filename,
  kustomize,
  output,
  recursive,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  filename,
  kustomize,
  output,
  recursive,
  'remove-extra-permissions': bool('Take away rules that the file does not have.'),
  'remove-extra-subjects': bool('Take away subjects that the file does not have.'),
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '-f FILENAME',
  summary: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  description:
    'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects.\n\n What is missing is created, what is there keeps its further rules and subjects unless it is told to lose them.',
  flags,
  run: async (invocation) => (await import('../../verbs/auth/reconcile.ts')).reconcile(invocation),
})
