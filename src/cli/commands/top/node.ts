import {bool, command, string} from '../../definition.ts'
import {noHeaders, selector} from '../../flags/common.ts'

export const flags = {
  'no-headers': noHeaders,
  selector,
  'show-capacity': bool('Measure against the capacity of the nodes, not against what pods may use.'),
  'show-swap': bool('Show swap memory too.'),
  'sort-by': string("Sort by 'cpu' or 'memory'."),
  'use-protocol-buffers': bool('Ask for protocol buffers.', {default: true}),
} as const

export const definition = command({
  usage: '[NAME | -l label]',
  aliases: ['nodes', 'no'],
  summary: 'Display resource (CPU/memory) usage of nodes',
  flags,
  run: async (invocation) => (await import('../../verbs/top.ts')).topNode(invocation),
})
