// Which requests webhooks and admission policies are asked about.
import type {FieldErrors} from '../../field-errors.ts'
import type {MatchResources} from '../../schema/types.gen.ts'
import {checkOneOf} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'

export interface RuleLike {
  apiGroups?: string[] | undefined
  apiVersions?: string[] | undefined
  resources?: string[] | undefined
  operations?: string[] | undefined
  scope?: string | undefined
}

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const scopes = ['*', 'Cluster', 'Namespaced']

const checkWildcard = (
  values: readonly string[] | undefined,
  others: string,
  path: string,
  errors: FieldErrors,
): void => {
  if (!values?.length) errors.required(path)
  else if (values.length > 1 && values.includes('*'))
    errors.invalid(path, values, `if '*' is present, must not specify other ${others}`)
}

/** What an earlier entry covers with a wildcard may not be named again. */
const checkCovered = (resources: readonly string[], path: string, errors: FieldErrors): void => {
  const wholeResources = new Set<string>()
  const everywhere = new Set<string>()
  for (const [index, resource] of resources.entries()) {
    if (resource === '') errors.required(`${path}[${index}]`)
    const [name = '', part] = resource.split(/\/(.*)/s, 2)
    if (part === undefined) continue
    const refuse = (pattern: string): void =>
      errors.invalid(`${path}[${index}]`, resource, `if '${pattern}' is present, must not specify ${resource}`)
    if (wholeResources.has(name)) refuse(`${name}/*`)
    if (everywhere.has(part)) refuse(`*/${part}`)
    if (part === '*') wholeResources.add(name)
    if (name === '*') everywhere.add(part)
  }
}

const validateResources = (resources: readonly string[] | undefined, path: string, errors: FieldErrors): void => {
  if (!resources?.length) {
    errors.required(path)
    return
  }
  checkCovered(resources, path, errors)
  if (resources.length > 1 && resources.includes('*/*'))
    errors.invalid(path, resources, "if '*/*' is present, must not specify other resources")
  if (resources.includes('*') && resources.filter((resource) => !resource.includes('/')).length > 1)
    errors.invalid(path, resources, "if '*' is present, must not specify other resources without subresources")
}

export const validateRules = (rules: readonly RuleLike[] | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, rule] of (rules ?? []).entries()) {
    const at = `${path}[${index}]`
    checkWildcard(rule.operations, 'operations', `${at}.operations`, errors)
    for (const [position, operation] of (rule.operations ?? []).entries())
      checkOneOf(operation, operations, `${at}.operations[${position}]`, errors)
    checkWildcard(rule.apiGroups, 'API groups', `${at}.apiGroups`, errors)
    checkWildcard(rule.apiVersions, 'API versions', `${at}.apiVersions`, errors)
    for (const [position, version] of (rule.apiVersions ?? []).entries())
      if (version === '') errors.required(`${at}.apiVersions[${position}]`)
    validateResources(rule.resources, `${at}.resources`, errors)
    if (rule.scope !== undefined) checkOneOf(rule.scope, scopes, `${at}.scope`, errors)
  }
}

export const defaultMatchResources = (match: MatchResources | undefined): void => {
  if (!match) return
  match.matchPolicy ??= 'Equivalent'
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*'
}

export const validateMatchResources = (match: MatchResources | undefined, path: string, errors: FieldErrors): void => {
  if (!match) return
  if (match.matchPolicy === undefined) errors.required(`${path}.matchPolicy`)
  else checkOneOf(match.matchPolicy, ['Equivalent', 'Exact'], `${path}.matchPolicy`, errors)
  if (!match.namespaceSelector) errors.required(`${path}.namespaceSelector`)
  else validateLabelSelector(match.namespaceSelector, `${path}.namespaceSelector`, errors)
  if (!match.objectSelector) errors.required(`${path}.objectSelector`)
  else validateLabelSelector(match.objectSelector, `${path}.objectSelector`, errors)
  validateRules(match.resourceRules, `${path}.resourceRules`, errors)
  validateRules(match.excludeResourceRules, `${path}.excludeResourceRules`, errors)
}
