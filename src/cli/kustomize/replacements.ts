// replacements: a value of one object put into fields of others.
import {isMap, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {resolveScalar} from '../yaml/resolve.ts'
import {type Place, readLocalFile} from './accumulate.ts'
import type {Item} from './item.ts'
import type {Replacement, ReplacementTarget} from './kustomization.ts'
import {isExactly, isSelected} from './select.ts'

/** `spec.containers.[name=web].image`; dots in names are written `\.` or inside of brackets. */
const parsePath = (path: string): string[] => {
  const parts: string[] = []
  let part = ''
  let depth = 0
  for (let at = 0; at < path.length; at++) {
    const char = path[at] ?? ''
    if (char === '\\' && path[at + 1] === '.') {
      part += '.'
      at++
    } else if (char === '.' && depth === 0) {
      parts.push(part)
      part = ''
    } else {
      if (char === '[') depth++
      if (char === ']') depth--
      part += char
    }
  }
  return [...parts, part].filter((one) => one !== '')
}

type Slot = {readonly parent: Obj | unknown[]; readonly key: string | number}

const read = ({parent, key}: Slot): unknown => (parent as Obj)[key as string]

/** The places a path leads to; `create` makes maps on the way. */
const slots = (value: unknown, [part = '', ...rest]: readonly string[], create: boolean): Slot[] => {
  const follow = (slot: Slot): Slot[] => {
    if (rest.length === 0) return [slot]
    if (create && read(slot) === undefined) (slot.parent as Obj)[slot.key as string] = {}
    return slots(read(slot), rest, create)
  }
  if (Array.isArray(value)) {
    const match = /^\[(.+?)=(.*)\]$/.exec(part)
    const [, key = '', wanted = ''] = match ?? []
    if (create && match && !value.some((item) => isMap(item) && String(item[key]) === wanted))
      value.push({[key]: wanted})
    return value.flatMap((item, index) => {
      const isWanted =
        part === '*' || part === String(index) || (match !== null && isMap(item) && String(item[key]) === wanted)
      return isWanted ? follow({parent: value, key: index}) : []
    })
  }
  if (!isMap(value)) return []
  if (part === '*') return Object.keys(value).flatMap((key) => follow({parent: value, key}))
  const field = part.replace(/^\[(.+)\]$/, '$1')
  if (!(field in value) && !create) return []
  return follow({parent: value, key: field})
}

/** A part of a text is of the type it looks like, as one without quotes is. */
const typed = (text: string): unknown => {
  const resolved = resolveScalar(text, 'new')
  return resolved.kind === 'number' || resolved.kind === 'bool' ? resolved.value : text
}

const sourceValue = (items: readonly Item[], source: NonNullable<Replacement['source']>): unknown => {
  const {fieldPath = 'metadata.name', options, ...target} = source
  const id = `${target.kind || '[noKind]'}.${target.version || '[noVer]'}.${target.group || '[noGrp]'}/${target.name || '[noName]'}.${target.namespace || '[noNs]'}`
  const shown = source.fieldPath ? `${id}:${source.fieldPath}` : id
  const found = items.filter((item) => isExactly(item, target))
  const [only] = found
  if (!only || found.length > 1)
    throw new Error(only ? `multiple matches for selector ${shown}` : `nothing selected by ${shown}`)
  const [slot] = slots(only.object, parsePath(fieldPath), false)
  const value = slot ? read(slot) : undefined
  if (value === undefined) throw new Error(`fieldPath \`${fieldPath}\` is missing for replacement source ${id}`)
  if (!options?.delimiter) return value
  const part = String(value).split(options.delimiter)[options.index ?? 0]
  if (part === undefined) throw new Error(`options.index ${options.index} is out of bounds for value ${String(value)}`)
  return typed(part)
}

const put = (slot: Slot, value: unknown, {delimiter, index = 0}: NonNullable<ReplacementTarget['options']>): void => {
  const target = slot.parent as Obj
  const current = read(slot)
  if (delimiter) {
    const parts = String(current ?? '').split(delimiter)
    if (index < 0) parts.unshift(String(value))
    else if (index >= parts.length) parts.push(String(value))
    else parts[index] = String(value)
    target[slot.key as string] = parts.join(delimiter)
    return
  }
  const isText = !isMap(value) && !Array.isArray(value)
  target[slot.key as string] = !isText ? value : typeof current === 'string' ? String(value) : value
}

const replaceIn = (items: readonly Item[], target: ReplacementTarget, value: unknown): void => {
  const {select, reject = [], fieldPaths = ['metadata.name'], options = {}} = target
  const chosen = items.filter((item) => isSelected(item, select) && !reject.some((one) => isSelected(item, one)))
  for (const item of chosen)
    for (const path of fieldPaths) {
      const found = slots(item.object, parsePath(path), options.create === true)
      if (found.length === 0) throw new Error(`unable to find field ${JSON.stringify(path)} in replacement target`)
      for (const slot of found) put(slot, structuredClone(value), options)
    }
}

const expanded = (place: Place, replacement: Replacement): Replacement[] => {
  if (!replacement.path) return [replacement]
  const content = readYaml(readLocalFile(place, replacement.path).toString('utf8'))
  return (Array.isArray(content) ? content : [content]) as Replacement[]
}

export const replaceAll = (place: Place, items: readonly Item[], replacements: readonly Replacement[]): void => {
  for (const replacement of replacements.flatMap((one) => expanded(place, one))) {
    const {source, sourceValue: fixed, targets = []} = replacement
    if (!source && fixed === undefined) throw new Error('replacements must specify a source and at least one target')
    const value = source ? sourceValue(items, source) : fixed
    for (const target of targets) replaceIn(items, target, value)
  }
}
