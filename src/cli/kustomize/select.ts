// Which objects a target means: names and kinds are regular expressions that match the whole.
import {stringsAt} from '../objects.ts'
import {gvkOf, type Item, nameNow} from './item.ts'
import type {Target} from './kustomization.ts'

const fits = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || pattern === '' || new RegExp(`^(?:${pattern})$`).test(text)

const requirement = (text: string, labels: Readonly<Record<string, string>>): boolean => {
  const set = /^\s*([^\s!=]+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text)
  if (set) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim())
    const isIn = values.includes(labels[set[1] ?? ''] ?? '\u0000')
    return set[2] === 'in' ? isIn : !isIn
  }
  const equality = /^\s*([^\s!=]+)\s*(==|=|!=)\s*(\S*)\s*$/.exec(text)
  if (equality) {
    const same = labels[equality[1] ?? ''] === equality[3]
    return equality[2] === '!=' ? !same : same
  }
  const name = text.trim()
  return name.startsWith('!') ? !(name.slice(1) in labels) : name in labels
}

const selects = (selector: string | undefined, labels: Readonly<Record<string, string>>): boolean =>
  !selector || selector.split(/,(?![^(]*\))/).every((part) => requirement(part, labels))

/** Names and kinds as they are written; what is not given fits all. */
export const isExactly = (item: Item, {group, version, kind, name, namespace}: Target): boolean => {
  const own = gvkOf(item)
  const same = (wanted: string | undefined, text: string): boolean => !wanted || wanted === text
  return (
    same(group, own.group) &&
    same(version, own.version) &&
    same(kind, own.kind) &&
    [...item.names, nameNow(item)].some((one) => same(name, one.name) && same(namespace, one.namespace || 'default'))
  )
}

export const isSelected = (item: Item, target: Target): boolean => {
  const {group, version, kind} = gvkOf(item)
  const names = [...item.names, nameNow(item)]
  return (
    fits(target.group, group) &&
    fits(target.version, version) &&
    fits(target.kind, kind) &&
    names.some((one) => fits(target.name, one.name) && fits(target.namespace, one.namespace || 'default')) &&
    selects(target.labelSelector, stringsAt(item.object, 'metadata', 'labels')) &&
    selects(target.annotationSelector, stringsAt(item.object, 'metadata', 'annotations'))
  )
}
