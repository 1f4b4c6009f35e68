import {bool, command, string} from '../../definition.ts'
import {allNamespaces, fieldSelector, noHeaders, selector} from '../../flags/common.ts'

export const flags = {
  'all-namespaces': allNamespaces,
  containers: bool('Show every container.'),
  'field-selector': fieldSelector,
  'no-headers': noHeaders,
  selector,
  'show-swap': bool('Show swap memory too.'),
  'sort-by': string("Sort by 'cpu' or 'memory'."),
  sum: bool('Show the sum too.'),
  'use-protocol-buffers': bool('Ask for protocol buffers.', {default: true}),
} as const

export const definition = command({
  usage: '[NAME | -l label]',
  aliases: ['pods', 'po'],
  summary: 'Display resource (CPU/memory) usage of pods',
  flags,
  run: async (invocation) => (await import('../../verbs/top.ts')).topPod(invocation),
})
