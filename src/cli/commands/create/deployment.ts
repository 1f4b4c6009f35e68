import {command, int, list} from '../../definition.ts'
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
  image: list('Image of the container.'),
  output,
  port: int('Port the container or service has.', {default: -1}),
  replicas: int('How many replicas.', {short: 'r', default: 1, bits: 32}),
  'save-config': saveConfig,
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME --image=image -- [COMMAND] [args...]',
  aliases: ['deploy'],
  summary: 'Create a deployment with the specified name',
  required: ['image'],
  flags,
  run: async (invocation) => (await import('../../verbs/create/deployment.ts')).createDeployment(invocation),
})
