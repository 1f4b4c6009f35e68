import {command} from '../../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  local,
  output,
  record,
  recursive,
  selector,
  showManagedFields,
  template,
} from '../../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-set'),
  filename,
  kustomize,
  local,
  output,
  record,
  recursive,
  selector,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  summary: 'Update the image of a pod template',
  flags,
  run: async (invocation) => (await import('../../verbs/set/image.ts')).setImage(invocation),
})
