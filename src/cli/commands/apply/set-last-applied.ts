import {bool, command} from '../../definition.ts'
import {allowMissingTemplateKeys, dryRun, filename, output, showManagedFields, template} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'create-annotation': bool('Add the last-applied annotation where it is missing.'),
  'dry-run': dryRun,
  filename,
  output,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '-f FILENAME',
  summary: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags,
  run: async (invocation) => (await import('../../verbs/apply/set-last-applied.ts')).applySetLastApplied(invocation),
})
