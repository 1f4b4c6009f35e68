import {bool, command, list, string} from '../definition.ts'
import {
  allNamespaces,
  allowMissingTemplateKeys,
  chunkSize,
  fieldSelector,
  filename,
  kustomize,
  noHeaders,
  raw,
  recursive,
  selector,
  showManagedFields,
  sortBy,
  subresource,
  template,
} from '../flags/common.ts'

export const flags = {
  'all-namespaces': allNamespaces,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'chunk-size': chunkSize,
  'field-selector': fieldSelector,
  filename,
  'ignore-not-found': bool('Resources that do not exist are no error.'),
  kustomize,
  'label-columns': list('Labels to show as columns, with commas or repeated.', {short: 'L'}),
  'no-headers': noHeaders,
  output: string(
    'Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).',
    {short: 'o'},
  ),
  'output-watch-events': bool('Print the kind of every event of a watch.'),
  raw,
  recursive,
  selector,
  'server-print': bool('Let the server make the table.', {default: true}),
  'show-kind': bool('Show the type before every name.'),
  'show-labels': bool('Show all labels in the last column.'),
  'show-managed-fields': showManagedFields,
  'sort-by': sortBy,
  subresource,
  template,
  watch: bool('Go on and print changes.', {short: 'w'}),
  'watch-only': bool('Print changes only.'),
} as const

export const definition = command({
  usage:
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  summary: 'Display one or many resources',
  flags,
  run: async (invocation) => (await import('../verbs/get.ts')).get(invocation),
})
