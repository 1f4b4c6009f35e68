// What a policy rule allows, and whether rules cover others.
import type {DeepReadonly} from '../../api/object.ts'
import type {PolicyRule} from '../../api/schema/types.gen.ts'

export type Rule = DeepReadonly<PolicyRule>

export interface Attributes {
  readonly verb: string
  /** '' with a path: not about a resource. */
  readonly path?: string | undefined
  readonly group: string
  readonly version?: string | undefined
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes(wanted) || list.includes('*'))

const matchesResource = (rule: Rule, {resource, subresource}: Attributes): boolean => {
  const {resources = []} = rule
  if (resources.includes('*')) return true
  if (subresource === '') return resources.includes(resource)
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`)
}

const matchesPath = (patterns: readonly string[] | undefined, path: string): boolean =>
  (patterns ?? []).some(
    (pattern) =>
      pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))),
  )

export const ruleAllows = (rule: Rule, attributes: Attributes): boolean => {
  if (!has(rule.verbs, attributes.verb)) return false
  if (attributes.path !== undefined) return matchesPath(rule.nonResourceURLs, attributes.path)
  if (!has(rule.apiGroups, attributes.group) || !matchesResource(rule, attributes)) return false
  const names = rule.resourceNames ?? []
  return names.length === 0 || names.includes(attributes.name)
}

/** One verb on one resource (of one name) or path: what escalation is checked by. */
interface Atom {
  readonly verb: string
  readonly group?: string
  readonly resource?: string
  readonly name?: string
  readonly path?: string
}

const atomsOf = (rule: Rule): Atom[] => {
  const atoms: Atom[] = []
  for (const group of rule.apiGroups ?? [])
    for (const resource of rule.resources ?? [])
      for (const verb of rule.verbs ?? []) {
        const names = rule.resourceNames ?? []
        if (names.length === 0) atoms.push({verb, group, resource})
        else for (const name of names) atoms.push({verb, group, resource, name})
      }
  for (const path of rule.nonResourceURLs ?? []) for (const verb of rule.verbs ?? []) atoms.push({verb, path})
  return atoms
}

const coversResource = (resources: readonly string[] | undefined, wanted: string): boolean => {
  if (has(resources, wanted)) return true
  const slash = wanted.indexOf('/')
  return slash >= 0 && (resources ?? []).includes(`*${wanted.slice(slash)}`)
}

const covers = (rule: Rule, {verb, group, resource, name, path}: Atom): boolean => {
  if (!has(rule.verbs, verb)) return false
  if (path !== undefined) return matchesPath(rule.nonResourceURLs, path)
  if (!has(rule.apiGroups, group ?? '') || !coversResource(rule.resources, resource ?? '')) return false
  const names = rule.resourceNames ?? []
  return names.length === 0 || (name !== undefined && names.includes(name))
}

/** What of `wanted` is not in `held`. */
const uncovered = (held: readonly Rule[], wanted: readonly Rule[]): Atom[] =>
  wanted.flatMap(atomsOf).filter((atom) => !held.some((rule) => covers(rule, atom)))

const quoted = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`

/** As messages show rules: verbs on the same thing together, in order. */
export const missingRules = (held: readonly Rule[], wanted: readonly Rule[]): string[] => {
  const verbs = new Map<string, string[]>()
  for (const {verb, group, resource, name, path} of uncovered(held, wanted)) {
    const what =
      path === undefined
        ? `APIGroups:${quoted([group ?? ''])}, Resources:${quoted([resource ?? ''])}${name === undefined ? '' : `, ResourceNames:${quoted([name])}`}`
        : `NonResourceURLs:${quoted([path])}`
    const known = verbs.get(what)
    if (!known) verbs.set(what, [verb])
    else if (!known.includes(verb)) known.push(verb)
  }
  return [...verbs].map(([what, list]) => `{${what}, Verbs:${quoted(list)}}`).sort()
}
