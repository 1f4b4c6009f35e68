// The selector in a Scale is text.
import {type LabelPredicate, labelSelector} from '../../api/meta/label-selector.ts'
import type {LabelSelectorRequirement} from '../../api/schema/types.gen.ts'

const requirement = (text: string): LabelSelectorRequirement => {
  const inSet = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text)
  if (inSet) {
    const values = (inSet[3] ?? '').split(',').map((value) => value.trim())
    return {key: inSet[1] ?? '', operator: inSet[2] === 'in' ? 'In' : 'NotIn', values}
  }
  const equal = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(text)
  if (equal) return {key: equal[1] ?? '', operator: equal[2] === '!=' ? 'NotIn' : 'In', values: [equal[3] ?? '']}
  return text.startsWith('!') ? {key: text.slice(1).trim(), operator: 'DoesNotExist'} : {key: text, operator: 'Exists'}
}

export const parseSelector = (text: string): LabelPredicate => {
  // Commas inside parentheses belong to the values.
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim())
  return labelSelector({matchExpressions: parts.filter((part) => part !== '').map(requirement)})
}
