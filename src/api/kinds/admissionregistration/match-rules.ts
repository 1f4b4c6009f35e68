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

const checkWildcard = (values: readonly string[] | undefined, path: string, errors: FieldErrors, what = ''): void => {
  if (!values?.length) errors.required(path, what)
  else if (values.length > 1 && values.includes('*'))
    errors.invalid(path, values, "if '*' is present, must not specify other values")
}

const validateResources = (resources: readonly string[] | undefined, path: string, errors: FieldErrors): void => {
  if (!resources?.length) {
    errors.required(path)
    return
  }
  for (const [index, resource] of resources.entries()) {
    if (resource === '') errors.required(`${path}[${index}]`)
    if (resource !== '*/*' && resources.includes('*/*'))
      errors.invalid(path, resources, "if '*/*' is present, must not specify other resources")
    if (
      resource.includes('/') &&
      !resource.startsWith('*/') &&
      resources.includes(`${resource.split('/')[0]}/*`) &&
      !resource.endsWith('/*')
    )
      errors.invalid(
        `${path}[${index}]`,
        resource,
        `if '${resource.split('/')[0]}/*' is present, must not specify ${resource}`,
      )
  }
}

export const validateRules = (rules: readonly RuleLike[] | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, rule] of (rules ?? []).entries()) {
    const at = `${path}[${index}]`
    checkWildcard(rule.operations, `${at}.operations`, errors)
    for (const [position, operation] of (rule.operations ?? []).entries())
      checkOneOf(operation, operations, `${at}.operations[${position}]`, errors)
    checkWildcard(rule.apiGroups, `${at}.apiGroups`, errors)
    checkWildcard(rule.apiVersions, `${at}.apiVersions`, errors)
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
