// A path through a schema, as rules and selectable fields write it: `.spec.name`, `.labels['app']`.
import {fieldsOf, type Props, valuesOf} from './props.ts'

export type Resolved = {readonly problem: string} | {readonly path: readonly string[]; readonly schema: Props}

/** Dots and brackets stand alone, all else between them is one word. */
const tokensOf = (text: string): readonly string[] => text.match(/'(?:\\.|[^'\\])*'|[.[\]]|[^.[\]']+|'/g) ?? []

const invalid: Resolved = {problem: 'does not refer to a valid field'}

const below = (schema: Props, name: string): Props | undefined =>
  fieldsOf(schema).length > 0 ? schema.properties?.[name] : valuesOf(schema)

export const resolveFieldPath = (text: string, root: Props, allowsArrays = true): Resolved => {
  const tokens = tokensOf(text)
  const path: string[] = []
  let schema = root
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    let name: string | undefined
    if (token === '.') {
      name = tokens[++at]
      if (name === undefined) return {problem: 'unexpected end of JSON path'}
    } else if (token === '[') {
      if (!allowsArrays) return {problem: 'array notation is not allowed'}
      const word = tokens[++at]
      if (word === undefined) return {problem: 'unexpected end of JSON path'}
      if (word.length < 2 || !word.startsWith("'") || !word.endsWith("'"))
        return {problem: `expected single quoted string but got ${word}`}
      name = word.slice(1, -1).replaceAll(/\\(['\\])/g, '$1')
      const end = tokens[++at]
      if (end === undefined) return {problem: 'unexpected end of JSON path'}
      if (end !== ']') return {problem: `expected ] but got ${end}`}
    } else return {problem: `expected [ or . but got: ${token}`}
    const next = below(schema, name)
    if (!next) return invalid
    schema = next
    path.push(name)
  }
  return {path, schema}
}
