// YAML as sigs.k8s.io/yaml reads it on its way to JSON: keys become strings, the last of two equal keys wins,
// aliases are followed but may not blow up.

import {type Event, getScalarValue, parseEvents, YAMLException} from 'js-yaml'
import {goWords} from './go-words.ts'
import {type Dialect, resolveScalar} from './resolve.ts'

export class YamlError extends Error {
  override readonly name = 'YamlError'
}

/** A document may not grow beyond this by aliases: small ones may repeat, large ones are an attack. */
const MOST_ALIASED_NODES = 400_000
const DEEPEST = 10_000

interface Reader {
  readonly text: string
  readonly dialect: Dialect
  readonly events: readonly Event[]
  readonly anchors: Map<string, {readonly value: unknown; readonly size: number}>
  at: number
  nodes: number
  depth: number
}

const tagOf = (reader: Reader, start: number, end: number): string => (start < 0 ? '' : reader.text.slice(start, end))

const knownTags = new Set(['!!int', '!!float', '!!bool', '!!null', '!!timestamp', '!!merge'])

const scalarValue = (text: string, plain: boolean, tag: string, dialect: Dialect): unknown => {
  if (tag === '!!binary') return Buffer.from(text, 'base64').toString('utf8')
  if (tag === '!!str' || (tag.startsWith('!') && !knownTags.has(tag))) return text
  if (!plain && tag === '') return text
  const resolved = resolveScalar(text, dialect)
  switch (resolved.kind) {
    case 'null':
      return null
    case 'bool':
      return resolved.value
    case 'number':
      if (typeof resolved.value === 'bigint') return resolved.value
      if (!Number.isFinite(resolved.value))
        throw new YamlError(
          `json: unsupported value: ${Number.isNaN(resolved.value) ? 'NaN' : resolved.value > 0 ? '+Inf' : '-Inf'}`,
        )
      return tag === '!!float' || Number.isFinite(resolved.value) ? resolved.value : text
    default:
      return text
  }
}

/** Go's %#v, as far as keys and their values need it. */
const goSyntax = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value !== 'object') return String(value)
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`)
  return `map[interface {}]interface {}{${pairs.join(', ')}}`
}

const keyText = (key: unknown, value: unknown): string => {
  if (typeof key === 'string') return key
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return String(key)
  const kind = key === null ? '%!s(<nil>)' : Array.isArray(key) ? 'slice' : 'map'
  throw new YamlError(`unsupported map key of type: ${kind}, key: ${goSyntax(key)}, value: ${goSyntax(value)}`)
}

const setOwn = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__')
    Object.defineProperty(target, key, {value, enumerable: true, configurable: true, writable: true})
  else target[key] = value
}

const mergeInto = (target: Record<string, unknown>, merged: unknown): void => {
  const sources = Array.isArray(merged) ? merged.toReversed() : [merged]
  for (const source of sources) {
    if (source === null || typeof source !== 'object' || Array.isArray(source))
      throw new YamlError('yaml: map merge requires map or sequence of maps as the value')
    for (const [key, value] of Object.entries(source)) setOwn(target, key, value)
  }
}

const readMapping = (reader: Reader): Record<string, unknown> => {
  const own: [string, unknown][] = []
  const result: Record<string, unknown> = {}
  for (;;) {
    const event = reader.events[reader.at]
    if (!event || event.type === 6) break
    const merging = event.type === 4 && event.style === 1 && getScalarValue(reader.text, event) === '<<'
    const key = readNode(reader)
    const value = readNode(reader)
    if (merging) mergeInto(result, value)
    else own.push([keyText(key, value), value])
  }
  reader.at++
  for (const [key, value] of own) setOwn(result, key, value)
  return result
}

const readSequence = (reader: Reader): unknown[] => {
  const items: unknown[] = []
  while (reader.events[reader.at] && reader.events[reader.at]?.type !== 6) items.push(readNode(reader))
  reader.at++
  return items
}

const readAlias = (reader: Reader, name: string): unknown => {
  const anchor = reader.anchors.get(name)
  if (!anchor) throw new YamlError(`yaml: unknown anchor '${name}' referenced`)
  reader.nodes += anchor.size
  if (reader.nodes > MOST_ALIASED_NODES) throw new YamlError('yaml: document contains excessive aliasing')
  return anchor.value
}

const readNode = (reader: Reader): unknown => {
  const event = reader.events[reader.at++]
  if (!event) return null
  const before = reader.nodes++
  if (++reader.depth > DEEPEST) throw new YamlError('yaml: exceeded max depth of 10000')
  let value: unknown
  if (event.type === 5) value = readAlias(reader, reader.text.slice(event.anchorStart, event.anchorEnd))
  else if (event.type === 4)
    value = scalarValue(
      getScalarValue(reader.text, event),
      event.style === 1,
      tagOf(reader, event.tagStart, event.tagEnd),
      reader.dialect,
    )
  else if (event.type === 2) value = readSequence(reader)
  else value = readMapping(reader)
  reader.depth--
  if (event.type !== 5 && 'anchorStart' in event && event.anchorStart >= 0)
    reader.anchors.set(reader.text.slice(event.anchorStart, event.anchorEnd), {value, size: reader.nodes - before})
  return value
}

/** Where the indentation of a block of text begins with a tab, nobody can tell how deep it is. */
const tabbedBlock = /(?:^|[\s:-])[|>][+-]?[^\S\n]*\n(?: *\n)* *\t/

const refuseTabs = (text: string): void => {
  const found = text.includes('\t') ? tabbedBlock.exec(text) : null
  if (!found) return
  const line = text.slice(0, found.index + found[0].length).split('\n').length
  throw new YamlError(`yaml: line ${line}: found a tab character where an indentation space is expected`)
}

/** The first document of the text; null when it holds none. */
export const readYaml = (text: string, dialect: Dialect = 'old'): unknown => {
  refuseTabs(text)
  let events: Event[]
  try {
    events = parseEvents(text, {})
  } catch (error) {
    if (error instanceof YAMLException) throw new YamlError(goWords(error, text), {cause: error})
    throw error
  }
  if (events[0]?.type !== 1 || events[1] === undefined || events[1].type === 6) return null
  return readNode({text, dialect, events, anchors: new Map(), at: 1, nodes: 0, depth: 0})
}
