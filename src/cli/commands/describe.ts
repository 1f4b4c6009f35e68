import {bool, command, string} from '../definition.ts'
import {allNamespaces, chunkSize, filename, kustomize, recursive, selector} from '../flags/common.ts'

export const flags = {
  at: string('Show the objects as they were: a revision, a time or an age such as 5m. Only on a cluster of mini.', {
    hidden: true,
  }),
  'all-namespaces': allNamespaces,
  'chunk-size': chunkSize,
  filename,
  kustomize,
  recursive,
  selector,
  'show-events': bool('Show the events about the objects.', {default: true}),
} as const

export const definition = command({
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  summary: 'Show details of a specific resource or group of resources',
  description:
    'Shows what is known of one object or several: its fields, what belongs to it, and the events about it.\n\n Without an object of the exact name, those whose name begins with it are shown.',
  examples: `  # A pod
  {{program}} describe pods/nginx

  # All pods
  {{program}} describe pods

  # Pods with a label
  {{program}} describe pods -l name=myLabel`,
  flags,
  run: async (invocation) => (await import('../verbs/describe.ts')).describeVerb(invocation),
})
