// Rules of roles taken apart and put together, so that lists of them can be read and compared.

export interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

const single = (group: string, resource: string, verb: string, names: readonly string[]): Rule => ({
  verbs: [verb],
  apiGroups: [group],
  resources: [resource],
  resourceNames: names,
  nonResourceURLs: [],
})

/** One verb on one thing each. */
export const breakDown = (rule: Rule): Rule[] => {
  const parts: Rule[] = []
  const names = rule.resourceNames.length > 0 ? rule.resourceNames.map((name) => [name]) : [[]]
  for (const group of rule.apiGroups)
    for (const resource of rule.resources)
      for (const verb of rule.verbs) for (const name of names) parts.push(single(group, resource, verb, name))
  for (const url of rule.nonResourceURLs)
    for (const verb of rule.verbs)
      parts.push({verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [url]})
  return parts
}

/** Verbs on the same thing as one rule; paths stay as they are. */
export const compact = (rules: readonly Rule[]): Rule[] => {
  const simple = new Map<string, Rule>()
  const others: Rule[] = []
  for (const rule of rules) {
    if (rule.nonResourceURLs.length > 0) {
      others.push(rule)
      continue
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames])
    const known = simple.get(key)
    simple.set(key, known ? {...known, verbs: [...known.verbs, ...rule.verbs]} : rule)
  }
  return [...others, ...simple.values()]
}

/** The text rules are sorted by. */
export const ruleText = (rule: Rule): string => {
  const field = (values: readonly string[]): string => `[${values.join(' ')}]`
  return `Verbs:${field(rule.verbs)},APIGroups:${field(rule.apiGroups)},Resources:${field(rule.resources)},ResourceNames:${field(rule.resourceNames)},NonResourceURLs:${field(rule.nonResourceURLs)},`
}

const covers = (allowed: readonly string[], wanted: readonly string[]): boolean =>
  allowed.includes('*') || wanted.every((one) => allowed.includes(one))

const resourcesCover = (allowed: readonly string[], wanted: readonly string[]): boolean =>
  covers(allowed, wanted) ||
  wanted.every((one) => allowed.includes(one) || allowed.includes(`*/${one.split('/')[1] ?? ''}`))

const pathsCover = (allowed: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((path) =>
    allowed.some((one) => one === '*' || one === path || (one.endsWith('*') && path.startsWith(one.slice(0, -1)))),
  )

/** Whether one rule allows everything the other does. */
export const ruleCovers = (rule: Rule, part: Rule): boolean =>
  covers(rule.verbs, part.verbs) &&
  covers(rule.apiGroups, part.apiGroups) &&
  resourcesCover(rule.resources, part.resources) &&
  pathsCover(rule.nonResourceURLs, part.nonResourceURLs) &&
  (rule.resourceNames.length === 0 ||
    (part.resourceNames.length > 0 && part.resourceNames.every((name) => rule.resourceNames.includes(name))))

/** The parts of `wanted` that no rule of `rules` allows. */
export const missingFrom = (rules: readonly Rule[], wanted: readonly Rule[]): Rule[] =>
  wanted.flatMap(breakDown).filter((part) => !rules.some((rule) => ruleCovers(rule, part)))
