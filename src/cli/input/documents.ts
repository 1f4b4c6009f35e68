// The objects in a text: YAML documents, a stream of JSON values, Lists taken apart.

import {parseBigJson} from '../big-json.ts'
import {isMap, type Obj} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import {readYaml, YamlError} from '../yaml/read.ts'
import type {Dialect} from '../yaml/resolve.ts'
import type {Source} from './files.ts'

export interface Document {
  readonly object: Obj
  readonly source: string
}

/** Lines that are `---` with nothing but blanks or a comment behind divide documents. */
const splitYaml = (text: string): string[] => text.replace(/^---[^\S\n]*(?=\n|$)/, '').split(/\n---[^\S\n]*(?=\n|$)/)

const isBlank = (text: string): boolean =>
  text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line) || line.trim() === '...')

const looksLikeJson = (text: string): boolean => /^\s*\{/.test(text)

const readJsonStream = (text: string): unknown[] => {
  const values: unknown[] = []
  let depth = 0
  let start = -1
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') {
      if (depth++ === 0) start = at
    } else if ((char === '}' || char === ']') && --depth === 0) values.push(parseBigJson(text.slice(start, at + 1)))
  }
  if (depth !== 0) JSON.parse(text)
  return values
}

/** Go's words for what V8 says of broken JSON. */
const jsonComplaint = ({message}: SyntaxError, text: string): string => {
  const position = /at position (\d+)/.exec(message)?.[1]
  const char = position === undefined ? undefined : text[Number(position)]
  if (char === undefined || /end of JSON|Unterminated/.test(message)) return 'unexpected EOF'
  const sought = /property name/.test(message)
    ? 'looking for beginning of object key string'
    : 'looking for beginning of value'
  return `json: offset ${Number(position) + 1}: invalid character '${char}' ${sought}`
}

const parse = (text: string, source: string, dialect: Dialect | undefined): unknown[] => {
  let json: SyntaxError | undefined
  if (looksLikeJson(text))
    try {
      return readJsonStream(text)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      json = error
    }
  try {
    return [readYaml(text, dialect)]
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    if (json) throw new Error(`error parsing ${source}: ${jsonComplaint(json, text)}`, {cause: error})
    throw new Error(`error parsing ${source}: error converting YAML to JSON: ${error.message}`, {cause: error})
  }
}

const notSet = (value: Obj): string[] => {
  const isSet = (field: unknown): boolean => typeof field === 'string' && field !== ''
  return [...(isSet(value.apiVersion) ? [] : ['apiVersion not set']), ...(isSet(value.kind) ? [] : ['kind not set'])]
}

const goType = (value: unknown): string =>
  typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'number' : Array.isArray(value) ? 'array' : 'object'

/** What Go refuses to decode as the name, labels and annotations of an object. */
const checkNames = (value: Obj, source: string): void => {
  if (!isMap(value.metadata)) return
  const refuse = (found: unknown, field: string): void => {
    if (found !== undefined && found !== null && typeof found !== 'string')
      throw new Error(
        `unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${goType(found)} into Go struct field ObjectMeta.metadata.${field} of type string`,
      )
  }
  for (const field of ['name', 'namespace', 'generateName']) refuse(value.metadata[field], field)
  for (const field of ['labels', 'annotations']) {
    const pairs = value.metadata[field]
    if (isMap(pairs)) for (const text of Object.values(pairs)) refuse(text, field)
  }
}

const flatten = (value: unknown, source: string, strict: boolean): Document[] => {
  if (value === null || value === undefined) return []
  if (!isMap(value)) {
    if (strict)
      throw new Error(
        `error validating ${JSON.stringify(source)}: error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`,
      )
    const kind = Array.isArray(value) ? 'array' : typeof value
    throw new Error(
      `unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${kind} into Go value of type unstructured.detector`,
    )
  }
  const problems = strict ? notSet(value) : []
  if (problems.length > 0)
    throw new Error(
      `error validating ${JSON.stringify(source)}: error validating data: ${problems.length > 1 ? `[${problems.join(', ')}]` : problems[0]}; if you choose to ignore these errors, turn validation off with --validate=false`,
    )
  if (typeof value.kind !== 'string' || value.kind === '')
    throw new Error(`unable to decode ${JSON.stringify(source)}: Object 'Kind' is missing in '${compactJson(value)}'`)
  if (value.kind.endsWith('List') && Array.isArray(value.items))
    return value.items.flatMap((item) => flatten(item, source, strict))
  checkNames(value, source)
  return [{object: value, source}]
}

export const documentsIn = ({text, name}: Source, strict = false, dialect?: Dialect): (Document | Error)[] => {
  const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const found: (Document | Error)[] = []
  for (const part of looksLikeJson(clean) ? [clean] : splitYaml(clean)) {
    if (isBlank(part)) continue
    try {
      for (const value of parse(part, name, dialect)) found.push(...flatten(value, name, strict))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      found.push(error)
      // What follows an unreadable document is not read.
      if (error.message.startsWith('error parsing')) return found
    }
  }
  return found
}
