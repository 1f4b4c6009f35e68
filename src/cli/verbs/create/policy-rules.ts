// --verb, --resource and --resource-name as the rules of a role.
import type {Invocation} from '../../invocation.ts'
import type {Obj} from '../../objects.ts'
import {createMapper, NoSuchType} from '../../resources/mapper.ts'
import {Failure} from '../../usage-mistake.ts'

export interface RuleFlags {
  readonly verb: readonly string[]
  readonly resource: readonly string[]
  readonly 'resource-name': readonly string[]
}

const knownVerbs = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
  'approve',
  'sign',
  'proxy',
  '*',
])

const roles: readonly string[] = ['rbac.authorization.k8s.io/roles', 'rbac.authorization.k8s.io/clusterroles']
/** Verbs that mean something for these resources only, which need not be served. */
const specialVerbs: Readonly<Record<string, readonly string[]>> = {
  use: ['policy/podsecuritypolicies', 'extensions/podsecuritypolicies'],
  bind: roles,
  escalate: roles,
  impersonate: ['/users', '/serviceaccounts', '/groups', 'authentication.k8s.io/userextras'],
}

/** Whether one of the verbs makes a resource of what the server does not serve. */
const checkSpecialVerbs = (verbs: readonly string[], group: string, plural: string): boolean => {
  let known = false
  for (const verb of verbs) {
    const only = specialVerbs[verb]
    if (!only) continue
    if (!only.includes(`${group}/${plural}`))
      throw new Error(`can not perform '${verb}' on '${plural}' in group '${group}'`)
    known = true
  }
  return known
}

export const verbsOf = (verbs: readonly string[]): string[] => (verbs.includes('*') ? ['*'] : [...new Set(verbs)])

interface Wanted {
  readonly group: string
  readonly plural: string
  readonly subresource: string
}

const resolve = async (
  invocation: Pick<Invocation, 'connect'>,
  text: string,
  verbs: readonly string[],
): Promise<Wanted> => {
  const [word = '', ...sub] = text.split('/')
  const subresource = sub.join('/')
  if (word === '*') return {group: '', plural: '*', subresource}
  if (word.startsWith('*.')) return {group: word.slice(2), plural: '*', subresource}
  const mapper = createMapper(async () => (await invocation.connect()).client)
  try {
    const {group, plural} = await mapper.byWord(word)
    checkSpecialVerbs(verbs, group, plural)
    return {group, plural, subresource}
  } catch (error) {
    if (!(error instanceof NoSuchType)) throw error
    const [name = '', ...group] = word.split('.')
    if (checkSpecialVerbs(verbs, group.join('.'), name)) return {group: group.join('.'), plural: name, subresource}
    const suffix = group.length > 0 ? ` in group ${JSON.stringify(group.join('.'))}` : ''
    throw new Failure(`the server doesn't have a resource type ${JSON.stringify(name)}${suffix}`)
  }
}

export const rulesOf = async (invocation: Pick<Invocation, 'connect' | 'io'>, flags: RuleFlags): Promise<Obj[]> => {
  const verbs = verbsOf(flags.verb)
  const words = [...new Set(flags.resource)]
  const wanted: Wanted[] = []
  for (const word of words) wanted.push(await resolve(invocation, word, verbs))
  for (const verb of verbs)
    if (!knownVerbs.has(verb)) invocation.io.err(`Warning: '${verb}' is not a standard resource verb\n`)
  const byGroup = Map.groupBy(wanted, ({group}) => group)
  return [...byGroup]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([group, members]) => ({
      apiGroups: [group],
      ...(flags['resource-name'].length > 0 ? {resourceNames: [...new Set(flags['resource-name'])]} : {}),
      resources: members.map(({plural, subresource}) => (subresource === '' ? plural : `${plural}/${subresource}`)),
      verbs,
    }))
}

export const checkResources = (flags: RuleFlags): void => {
  if (flags.verb.length === 0) throw new Error('at least one verb must be specified')
  if (flags.resource.length === 0) throw new Error('at least one resource must be specified')
  if (flags['resource-name'].length > 0 && flags.resource.length > 1)
    throw new Error('resourceName can not be applied to multiple resources')
}
