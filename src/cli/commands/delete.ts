import {bool, command} from '../definition.ts'
import {
  all,
  allNamespaces,
  cascade,
  dryRun,
  fieldSelector,
  filename,
  force,
  gracePeriod,
  kustomize,
  output,
  raw,
  recursive,
  selector,
  timeout,
} from '../flags/common.ts'

export const flags = {
  all,
  'all-namespaces': allNamespaces,
  cascade,
  'dry-run': dryRun,
  'field-selector': fieldSelector,
  filename,
  force,
  'grace-period': gracePeriod,
  'ignore-not-found': bool('Resources that do not exist are no error.'),
  interactive: bool('Ask before something is deleted.', {short: 'i'}),
  kustomize,
  now: bool('End at once: the same as --grace-period=1.'),
  output,
  raw,
  recursive,
  selector,
  timeout,
  wait: bool('Wait until the resources are gone.', {default: true}),
} as const

export const definition = command({
  usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  flags,
  run: async (invocation) => (await import('../verbs/delete.ts')).deleteVerb(invocation),
})
