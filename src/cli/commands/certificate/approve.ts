import {bool, command} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  filename,
  kustomize,
  output,
  recursive,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  filename,
  force: bool('Write the decision again although it was made before.'),
  kustomize,
  output,
  recursive,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const approve = command({
  usage: '(-f FILENAME | NAME)',
  summary: 'Approve a certificate signing request',
  description:
    'Approve a certificate signing request.\n\n A signer issues the certificate that was asked for. Look at the subject and the usages first: whoever holds the certificate is who it says.',
  flags,
  run: async (invocation) => (await import('../../verbs/certificate/decide.ts')).decide(invocation, 'Approved'),
})

export const deny = command({
  usage: '(-f FILENAME | NAME)',
  summary: 'Deny a certificate signing request',
  description: 'Deny a certificate signing request.\n\n No signer will issue the certificate that was asked for.',
  flags,
  run: async (invocation) => (await import('../../verbs/certificate/decide.ts')).decide(invocation, 'Denied'),
})
