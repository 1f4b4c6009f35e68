// --for: what `wait` waits for.

import {findResults, Text} from '../../lib/jsonpath/evaluate.ts'
import {parseJsonPath, relaxedPath} from '../../lib/jsonpath/parse.ts'
import {integersStay} from '../go/format.ts'
import {listAt, numberAt, type Obj, textAt} from '../objects.ts'

export type Condition =
  | {readonly kind: 'delete'}
  | {readonly kind: 'create'}
  | {readonly kind: 'holds'; readonly holds: (object: Obj) => boolean}

const sameText = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** A condition that speaks of an older generation of the object does not count. */
const statusCondition = (type: string, value: string): Condition => ({
  kind: 'holds',
  holds: (object) => {
    const found = listAt(object, 'status', 'conditions').find((one) => sameText(textAt(one, 'type'), type))
    if (!found || !sameText(textAt(found, 'status'), value)) return false
    const generation = numberAt(object, 'metadata', 'generation')
    const observed = numberAt(found, 'observedGeneration') || numberAt(object, 'status', 'observedGeneration')
    return observed === 0 || generation === 0 || observed >= generation
  },
})

/** `{path}=value`: the first sign of equality outside of braces divides. */
const splitExpression = (text: string): {path: string; value: string | undefined} => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}') depth--
    else if (text[at] === '=' && depth === 0) return {path: text.slice(0, at), value: text.slice(at + 1)}
  }
  return {path: text, value: undefined}
}

const valueText = (value: unknown): string => {
  if (value !== null && typeof value === 'object' && !(value instanceof Text))
    throw new Error('jsonpath leads to a nested object or list which is not supported')
  if (value instanceof Text) return value.text
  if (value === null) return '<nil>'
  return typeof value === 'number' ? integersStay(value) : String(value)
}

const jsonPathCondition = (text: string): Condition => {
  const {path, value} = splitExpression(text)
  if (text === '') throw new Error('jsonpath expression cannot be empty')
  const nodes = parseJsonPath(relaxedPath(path))
  if (value === '') throw new Error('jsonpath wait has to have a value after equal sign')
  const expected = value?.replace(/^['"]+|['"]+$/g, '').trim()
  return {
    kind: 'holds',
    holds: (object) => {
      const lists = findResults(nodes, object, {allowMissing: true})
      const [found] = lists
      if (!found || found.length === 0) return false
      if (lists.length > 1) throw new Error('given jsonpath expression matches more than one list')
      if (found.length > 1) throw new Error('given jsonpath expression matches more than one value')
      return expected === undefined || valueText(found[0]).trim() === expected
    },
  }
}

const parseCondition = (text: string): Condition => {
  const lower = text.toLowerCase()
  if (lower === 'delete' || lower === 'create') return {kind: lower}
  if (lower.startsWith('condition=')) {
    const [type = '', ...value] = text.slice('condition='.length).split('=')
    return statusCondition(type, value.length > 0 ? value.join('=') : 'true')
  }
  if (lower.startsWith('jsonpath=')) return jsonPathCondition(text.slice('jsonpath='.length))
  throw new Error(`unrecognized condition: ${JSON.stringify(text)}`)
}

export const parseConditions = (texts: readonly string[]): Condition[] => {
  if (texts.length === 0) throw new Error('unrecognized condition: []')
  return texts.map(parseCondition)
}
