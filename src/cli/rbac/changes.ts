// What `auth reconcile` changes, and how it says so.
import {type Obj, textAt, textsAt} from '../objects.ts'
import type {Rule} from './rules.ts'

interface Part {
  readonly what: 'rules' | 'subjects'
  readonly lines: readonly string[]
}

export interface Change {
  readonly object: Obj
  readonly operation: 'none' | 'create' | 'update' | 'recreate'
  readonly added: Part
  readonly removed: Part
  /** Whether what is too much goes. */
  readonly removes: boolean
}

export const ruleOf = (rule: Obj): Rule => ({
  verbs: textsAt(rule, 'verbs'),
  apiGroups: textsAt(rule, 'apiGroups'),
  resources: textsAt(rule, 'resources'),
  resourceNames: textsAt(rule, 'resourceNames'),
  nonResourceURLs: textsAt(rule, 'nonResourceURLs'),
})

const bracketed = (values: readonly string[]): string => `[${values.join(' ')}]`

export const ruleLine = (rule: Rule): string =>
  `{Verbs:${bracketed(rule.verbs)} APIGroups:${bracketed(rule.apiGroups)} Resources:${bracketed(rule.resources)} ResourceNames:${bracketed(rule.resourceNames)} NonResourceURLs:${bracketed(rule.nonResourceURLs)}}`

const subjectText = (subject: Obj, ...fields: readonly string[]): string[] =>
  fields.map((field) => textAt(subject, field))

export const subjectLine = (subject: Obj): string => {
  const [kind, group, name, namespace] = subjectText(subject, 'kind', 'apiGroup', 'name', 'namespace')
  return `{Kind:${kind} APIGroup:${group} Name:${name} Namespace:${namespace}}`
}

export const sameSubject = (one: Obj, other: Obj): boolean => subjectLine(one) === subjectLine(other)
