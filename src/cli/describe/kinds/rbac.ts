import {clusterRoleBindings, clusterRoles, roleBindings, roles} from '../../../api/resources.ts'
import type {PolicyRule, RbacSubject, RoleRef} from '../../../api/schema/types.gen.ts'
import {writeAnnotations, writeLabels} from '../common.ts'
import {describing} from '../describer.ts'
import type {Page} from '../page.ts'

type Named = {
  readonly metadata: {
    readonly name: string
    readonly labels?: Record<string, string> | undefined
    readonly annotations?: Record<string, string> | undefined
  }
}

const writeNamed = (page: Page, {metadata}: Named): void => {
  page.line(0, 'Name:', metadata.name)
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
}

interface Row {
  readonly resource: string
  readonly urls: readonly string[]
  readonly names: readonly string[]
  readonly verbs: readonly string[]
}

const orOne = (list: readonly string[] | undefined): readonly (string | undefined)[] =>
  list?.length ? list : [undefined]

/** `deployments.apps/scale` */
const withGroup = (resource: string, group: string | undefined): string => {
  if (!group) return resource
  const [plural = '', ...subresource] = resource.split('/')
  return [`${plural}.${group}`, ...subresource].join('/')
}

/** One row for each resource, group and name; rows that differ in nothing but their verbs are one. */
const rowsOf = (rules: readonly PolicyRule[]): Row[] => {
  const rows = new Map<string, {resource: string; urls: readonly string[]; names: readonly string[]; verbs: string[]}>()
  const add = (resource: string, urls: readonly string[], names: readonly string[], verbs: readonly string[]): void => {
    const key = JSON.stringify([resource, urls, names])
    const row = rows.get(key) ?? {resource, urls, names, verbs: []}
    row.verbs.push(...verbs.filter((verb) => !row.verbs.includes(verb)))
    rows.set(key, row)
  }
  for (const {apiGroups, resources, resourceNames, nonResourceURLs, verbs} of rules) {
    for (const url of nonResourceURLs ?? []) add('', [url], [], verbs)
    if (!resources?.length) continue
    for (const group of orOne(apiGroups))
      for (const resource of resources)
        for (const name of orOne(resourceNames))
          add(withGroup(resource, group), [], name === undefined ? [] : [name], verbs)
  }
  return [...rows.values()]
}

const bracketed = (list: readonly string[]): string => `[${list.join(' ')}]`

/** In the order of their text: verbs, group, resource, names, URLs. */
const compare = (a: Row, b: Row): number => {
  const key = ({resource, urls, names, verbs}: Row): string => {
    const [, plain = '', group = '', sub = ''] = /^([^./]*)(?:\.([^/]*))?(\/.*)?$/.exec(resource) ?? []
    const plural = plain + sub
    return `Verbs:${bracketed(verbs)},APIGroups:[${group}],Resources:[${plural}],ResourceNames:${bracketed(names)},NonResourceURLs:${bracketed(urls)}`
  }
  return key(a) < key(b) ? -1 : 1
}

const writeRules = (page: Page, rules: readonly PolicyRule[] | undefined): void => {
  page.line(0, 'PolicyRule:')
  page.line(1, 'Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs')
  page.line(1, '---------', '-----------------', '--------------', '-----')
  for (const {resource, urls, names, verbs} of rowsOf(rules ?? []).sort(compare))
    page.line(1, resource, bracketed(urls), bracketed(names), bracketed(verbs))
}

const writeBinding = (page: Page, roleRef: RoleRef, subjects: readonly RbacSubject[] | undefined): void => {
  page.line(0, 'Role:')
  page.line(1, 'Kind:', roleRef.kind)
  page.line(1, 'Name:', roleRef.name)
  page.line(0, 'Subjects:')
  page.line(1, 'Kind', 'Name', 'Namespace')
  page.line(1, '----', '----', '---------')
  for (const {kind, name, namespace} of subjects ?? []) page.line(1, kind, name, namespace ?? '')
}

export const roleDescriber = describing(roles, (page, role) => {
  writeNamed(page, role)
  writeRules(page, role.rules)
})

export const clusterRoleDescriber = describing(clusterRoles, (page, role) => {
  writeNamed(page, role)
  writeRules(page, role.rules)
})

export const roleBindingDescriber = describing(roleBindings, (page, binding) => {
  writeNamed(page, binding)
  writeBinding(page, binding.roleRef, binding.subjects)
})

export const clusterRoleBindingDescriber = describing(clusterRoleBindings, (page, binding) => {
  writeNamed(page, binding)
  writeBinding(page, binding.roleRef, binding.subjects)
})
