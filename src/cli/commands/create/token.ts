import {array, command, duration, string} from '../../definition.ts'
import {allowMissingTemplateKeys, output, showManagedFields, template} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  audience: array("Audience of the token; may be repeated. Default: the API server's."),
  'bound-object-kind': string('Kind of the object the token is bound to: Pod, Secret or Node.'),
  'bound-object-name': string('Name of the object the token is bound to.'),
  'bound-object-uid': string('UID of the object the token is bound to.'),
  duration: duration('How long the token should be valid; the server may decide otherwise.'),
  output,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: 'SERVICE_ACCOUNT_NAME',
  summary: 'Request a service account token',
  flags,
  run: async (invocation) => (await import('../../verbs/create/token.ts')).createToken(invocation),
})
