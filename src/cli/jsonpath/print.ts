// A JSONPath template over a value, as text.

import {type EvaluateOptions, findResults, Text} from '../../lib/jsonpath/evaluate.ts'
import {parseJsonPath} from '../../lib/jsonpath/parse.ts'
import {integersStay} from '../go/format.ts'
import {compactJson, indentedJson} from '../output/json.ts'

const textOf = (value: unknown): string => {
  if (value instanceof Text) return value.text
  if (value === null) return 'null'
  if (typeof value === 'object') return compactJson(value)
  if (typeof value === 'number') return integersStay(value)
  return String(value)
}

export const printJsonPath = (template: string, options: EvaluateOptions): ((value: unknown) => string) => {
  const nodes = parseJsonPath(template)
  return (value) =>
    findResults(nodes, value, options)
      .map((found) => found.map(textOf).join(' '))
      .join('')
}

export const printJsonPathAsJson = (template: string, options: EvaluateOptions): ((value: unknown) => string) => {
  const nodes = parseJsonPath(template)
  return (value) =>
    findResults(nodes, value, options)
      .map((found) => `${indentedJson(found.map((item) => (item instanceof Text ? item.text : item)))}\n`)
      .join('')
}
