// `a=b,c in (d,e),!f` as the LabelSelector of an object, and the other way round.
import {isMap, listAt, mapAt, type Obj, textAt, textsAt} from './objects.ts'

interface Requirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}

const splitOutsideParens = (text: string): string[] => {
  const parts = ['']
  let open = 0
  for (const char of text) {
    if (char === '(') open++
    if (char === ')') open--
    if (char === ',' && open === 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

export const parseLabelSelector = (text: string): Obj => {
  const matchLabels: Record<string, string> = {}
  const matchExpressions: Requirement[] = []
  for (const part of splitOutsideParens(text)) {
    const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part)
    const pair = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(part)
    if (set)
      matchExpressions.push({
        key: set[1] ?? '',
        operator: set[2] === 'in' ? 'In' : 'NotIn',
        values: (set[3] ?? '')
          .split(',')
          .map((value) => value.trim())
          .sort(),
      })
    else if (pair?.[2] === '!=') matchExpressions.push({key: pair[1] ?? '', operator: 'NotIn', values: [pair[3] ?? '']})
    else if (pair) matchLabels[pair[1] ?? ''] = pair[3] ?? ''
    else if (part.startsWith('!')) matchExpressions.push({key: part.slice(1), operator: 'DoesNotExist'})
    else if (/^\S+$/.test(part)) matchExpressions.push({key: part, operator: 'Exists'})
    else throw new Error(`couldn't parse the selector string ${JSON.stringify(text)}: found ${JSON.stringify(part)}`)
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? {matchLabels} : {}),
    ...(matchExpressions.length > 0 ? {matchExpressions} : {}),
  }
}

/** As labels.FormatLabels and metav1.FormatLabelSelector print it. */
export const formatLabelSelector = (selector: unknown): string => {
  if (!isMap(selector)) return '<none>'
  const parts = Object.entries(mapAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${String(value)}`)
  for (const expression of listAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key')
    const values = textsAt(expression, 'values').toSorted().join(',')
    const operator = textAt(expression, 'operator')
    if (operator === 'In') parts.push(`${key} in (${values})`)
    else if (operator === 'NotIn') parts.push(`${key} notin (${values})`)
    else parts.push(operator === 'Exists' ? key : `!${key}`)
  }
  return parts.length === 0 ? '<none>' : parts.sort().join(',')
}
