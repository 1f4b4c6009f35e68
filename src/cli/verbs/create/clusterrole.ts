import {clusterRoles} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/clusterrole.ts'
import type {Invocation} from '../../invocation.ts'
import type {Obj} from '../../objects.ts'
import {createGenerated, oneName} from './generate.ts'
import {rulesOf, verbsOf} from './policy-rules.ts'

const urlVerbs = new Set(['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

const aggregationOf = (text: string): Obj => ({
  clusterRoleSelectors: [
    {
      matchLabels: Object.fromEntries(
        text.split(',').map((pair) => {
          const equals = pair.indexOf('=')
          return [pair.slice(0, equals), pair.slice(equals + 1)]
        }),
      ),
    },
  ],
})

export const createClusterrole = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  const aggregation = own['aggregation-rule']
  const urls = own['non-resource-url']
  if (
    aggregation !== '' &&
    (urls.length > 0 || own.verb.length > 0 || own.resource.length > 0 || own['resource-name'].length > 0)
  )
    throw new Error('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames')
  if (aggregation === '') {
    if (own.verb.length === 0) throw new Error('at least one verb must be specified')
    if (own.resource.length === 0 && urls.length === 0)
      throw new Error('one of resource or nonResourceURL must be specified')
    if (own['resource-name'].length > 0 && own.resource.length > 1)
      throw new Error('resourceName can not be applied to multiple resources')
  }
  for (const url of urls) {
    if (url === '*') continue
    if (!url.startsWith('/')) throw new Error('nonResourceURL should start with /')
    if (url.slice(0, -1).includes('*'))
      throw new Error("nonResourceURL only supports wildcard matches when '*' is at the end")
  }
  if (urls.length > 0)
    for (const verb of own.verb) if (!urlVerbs.has(verb)) throw new Error(`invalid verb: '${verb}' for nonResourceURL`)
  const rules = aggregation === '' ? await rulesOf(invocation, own) : null
  if (rules && urls.length > 0) rules.push({nonResourceURLs: [...urls], verbs: verbsOf(own.verb)})
  await createGenerated(invocation, {
    resource: clusterRoles,
    object: {metadata: {name}, rules, ...(aggregation === '' ? {} : {aggregationRule: aggregationOf(aggregation)})},
  })
}
