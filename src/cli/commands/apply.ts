import {array, bool, command} from '../definition.ts'
import {all, allowMissingTemplateKeys, cascade, dryRun, fieldManager, filename, force, gracePeriod, kustomize, output, recursive, selector, showManagedFields, subresource, template, timeout, validate, wait} from '../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  cascade,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-client-side-apply'),
  filename,
  force,
  'force-conflicts': bool('Take over fields that others manage.'),
  'grace-period': gracePeriod,
  kustomize,
  'openapi-patch': bool('Use OpenAPI to compute the difference where it describes the type.', {default: true}),
  output,
  overwrite: bool('Replace what has another value already.', {default: true}),
  prune: bool('Delete objects that carry the labels but are in no given file. Alpha.'),
  'prune-allowlist': array('Types <group/version/kind> that --prune may delete.'),
  recursive,
  selector,
  'server-side': bool('Let the server merge (server-side apply).'),
  'show-managed-fields': showManagedFields,
  subresource,
  template,
  timeout,
  validate,
  wait,
} as const

export const definition = command({
  usage: '(-f FILENAME | -k DIRECTORY)',
  summary: 'Apply a configuration to a resource by file name or stdin',
  flags,
  commands: [
    {name: 'set-last-applied', summary: 'Set the last-applied-configuration annotation on a live object to match the contents of a file', load: async () => (await import('./apply/set-last-applied.ts')).definition},
    {name: 'view-last-applied', summary: 'View the latest last-applied-configuration annotations of a resource/object', load: async () => (await import('./apply/view-last-applied.ts')).definition},
  ],
  run: async (invocation) => (await import('../verbs/apply.ts')).apply(invocation),
})
