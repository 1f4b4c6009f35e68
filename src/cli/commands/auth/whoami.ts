import {command} from '../../definition.ts'
import {allowMissingTemplateKeys, output, showManagedFields, template} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  output,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  summary: 'Experimental: Check self subject attributes',
  description: 'Show who the server takes us for: name, groups and further attributes.',
  flags,
  run: async (invocation) => (await import('../../verbs/auth/whoami.ts')).whoami(invocation),
})
