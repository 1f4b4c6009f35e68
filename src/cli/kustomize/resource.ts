// One object on its way through kustomize: what it was called before is remembered, so that others find it.
import {nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'

export interface Item {
  object: Obj
  /** Every name it had, the first one first. */
  readonly names: string[]
  /** Gets a hash of its content behind its name. */
  needsHash: boolean
}

export const kindOf = ({object}: Item): string => textAt(object, 'kind')
export const groupOf = ({object}: Item): string => {
  const version = textAt(object, 'apiVersion')
  const slash = version.indexOf('/')
  return slash < 0 ? '' : version.slice(0, slash)
}
export const rename = (item: Item, name: string): void => {
  if (nameOf(item.object) === name) return
  item.names.push(name)
  item.object = {...item.object, metadata: {...(item.object.metadata as Obj), name}}
}
export const newItem = (object: Obj): Item => ({object, names: [nameOf(object)], needsHash: false})

const anchored = (pattern: unknown, value: string): boolean => {
  if (pattern === undefined || pattern === '') return true
  const text = String(pattern)
  // Targets are plain names or simple patterns: letters, dots, `.*` and alternatives. Anything else is taken literally.
  if (text === value) return true
  if (!/^[\w.*|()-]+$/.test(text) || text.length > 200) return false
  return text.split('|').some((part) => globMatch(part.replace(/^\(|\)$/g, '').split('.*'), value))
}

const globMatch = (parts: readonly string[], value: string): boolean => {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return value === first
  if (!value.startsWith(first)) return false
  let at = first.length
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return value.length - part.length >= at && value.endsWith(part)
    const found = value.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}

export interface Target {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly labelSelector?: string
  readonly annotationSelector?: string
}

export const matchesTarget = (item: Item, target: Target): boolean =>
  anchored(target.group, groupOf(item)) &&
  anchored(target.version, textAt(item.object, 'apiVersion').split('/').at(-1) ?? '') &&
  anchored(target.kind, kindOf(item)) &&
  anchored(target.namespace, namespaceOf(item.object)) &&
  (target.name === undefined || target.name === '' || item.names.some((name) => anchored(target.name, name)))
