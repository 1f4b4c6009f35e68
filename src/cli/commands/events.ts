import {bool, command, list, string} from '../definition.ts'
import {
  allNamespaces,
  allowMissingTemplateKeys,
  chunkSize,
  noHeaders,
  output,
  showManagedFields,
  template,
} from '../flags/common.ts'

export const flags = {
  'all-namespaces': allNamespaces,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'chunk-size': chunkSize,
  for: string('Only events about this resource, as TYPE/NAME.'),
  'no-headers': noHeaders,
  output,
  'show-managed-fields': showManagedFields,
  template,
  types: list('Only events of these types: Normal, Warning.'),
  watch: bool('Go on and print new events.', {short: 'w'}),
} as const

export const definition = command({
  usage:
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  summary: 'List events',
  description:
    'Display events.\n\n Prints a table of events of a namespace, of all namespaces, or about one resource; the newest come last.',
  flags,
  run: async (invocation) => (await import('../verbs/events.ts')).events(invocation),
})
