// Field selectors: `metadata.name=a,spec.nodeName!=b`.
import {badRequest} from '../errors.ts'

export interface FieldRequirement {
  readonly path: string
  readonly value: string
  readonly equal: boolean
}

const splitTerms = (text: string): string[] => {
  const terms: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++)
    if (text[at] === '\\') at++
    else if (text[at] === ',') {
      terms.push(text.slice(start, at))
      start = at + 1
    }
  terms.push(text.slice(start))
  return terms
}

const unescaped = (text: string): string => {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === '\\') {
      const next = text[++at]
      if (next !== '\\' && next !== ',' && next !== '=')
        throw badRequest(`invalid field selector: invalid escape sequence: \\${next ?? ''}`)
      result += next
    } else if (letter === ',' || letter === '=')
      throw badRequest(`invalid field selector: unescaped character in value: ${letter}`)
    else result += letter
  }
  return result
}

const operators = ['!=', '==', '='] as const

const splitTerm = (term: string): readonly [string, (typeof operators)[number], string] | undefined => {
  for (let at = 0; at < term.length; at++) {
    if (term[at] === '\\') {
      at++
      continue
    }
    for (const operator of operators)
      if (term.startsWith(operator, at)) return [term.slice(0, at), operator, term.slice(at + operator.length)]
  }
  return undefined
}

export const fieldSelectorOf = (text: string): FieldRequirement[] =>
  splitTerms(text)
    .filter((term) => term !== '')
    .map((term) => {
      const parts = splitTerm(term)
      if (!parts) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
      const [path, operator, value] = parts
      return {path, equal: operator !== '!=', value: unescaped(value)}
    })
