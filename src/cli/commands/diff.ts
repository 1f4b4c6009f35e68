import {array, bool, command, int} from '../definition.ts'
import {fieldManager, filename, kustomize, recursive, selector, showManagedFields} from '../flags/common.ts'

export const flags = {
  concurrency: int('How many objects are compared at once.', {default: 1}),
  'field-manager': fieldManager('kubectl-client-side-apply'),
  filename,
  'force-conflicts': bool('Take over fields that others manage.'),
  kustomize,
  prune: bool('Delete objects that carry the labels but are in no given file. Alpha.'),
  'prune-allowlist': array('Types <group/version/kind> that --prune may delete.'),
  recursive,
  selector,
  'server-side': bool('Let the server merge (server-side apply).'),
  'show-managed-fields': showManagedFields,
} as const

export const definition = command({
  usage: '-f FILENAME',
  summary: 'Diff the live version against a would-be applied version',
  flags,
  run: async (invocation) => (await import('../verbs/diff.ts')).diff(invocation),
})
