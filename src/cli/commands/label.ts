import {command} from '../definition.ts'
import {
  all,
  allNamespaces,
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  fieldSelector,
  filename,
  kustomize,
  local,
  output,
  overwrite,
  record,
  recursive,
  resourceVersion,
  selector,
  showList,
  showManagedFields,
  template,
} from '../flags/common.ts'

export const flags = {
  all,
  'all-namespaces': allNamespaces,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-label'),
  'field-selector': fieldSelector,
  filename,
  kustomize,
  list: showList,
  local,
  output,
  overwrite,
  record,
  recursive,
  'resource-version': resourceVersion,
  selector,
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  summary: 'Update the labels on a resource',
  flags,
  run: async (invocation) => (await import('../verbs/label.ts')).label(invocation),
})
