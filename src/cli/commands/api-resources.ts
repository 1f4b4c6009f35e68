import {bool, command, list, string} from '../definition.ts'
import {noHeaders, showManagedFields} from '../flags/common.ts'

export const flags = {
  'api-group': string('Only the resources of this API group.'),
  cached: bool('Use what was read before, where there is any.'),
  categories: list('Only resources of all these categories.'),
  namespaced: bool('Only resources that live in a namespace; false: only those that do not.', {default: true}),
  'no-headers': noHeaders,
  output: string('Output format. One of: (json, yaml, kyaml, name, wide).', {short: 'o'}),
  'show-managed-fields': showManagedFields,
  'sort-by': string("Sort by 'name' or 'kind'."),
  verbs: list('Only resources that have all these verbs.'),
} as const

export const definition = command({
  usage: '[flags]',
  summary: 'Print the supported API resources on the server',
  flags,
  run: async (invocation) => (await import('../verbs/api-resources.ts')).apiResources(invocation),
})
