// .dockerignore: what of a context a build does not see. The last pattern that matches decides; one that matches a folder
// matches all that is in it.
import {matchesPath} from './dockerfile/pattern.ts'

export interface Ignored {
  /** A path in the context, with slashes, without one in front. */
  ignores(path: string): boolean
  /** Nothing below an ignored folder can come back. */
  readonly prunes: boolean
}

interface Rule {
  readonly parts: readonly string[]
  readonly keeps: boolean
}

const cleaned = (pattern: string): string[] => {
  const parts: string[] = []
  for (const part of pattern.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return parts
}

const ruleOf = (line: string): Rule[] => {
  const text = line.trim()
  if (text === '' || line.startsWith('#')) return []
  const keeps = text.startsWith('!')
  const parts = cleaned(keeps ? text.slice(1).trim() : text)
  return parts.length === 0 ? [] : [{parts, keeps}]
}

const covers = ({parts}: Rule, path: readonly string[]): boolean =>
  path.some((_, at) => matchesPath(parts, path.slice(0, at + 1)))

export const parseIgnore = (text: string): Ignored => {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap(ruleOf)
  return {
    ignores: (path) => {
      const parts = path.split('/')
      return rules.reduce((ignored, rule) => (covers(rule, parts) ? !rule.keeps : ignored), false)
    },
    prunes: !rules.some(({keeps}) => keeps),
  }
}

export const ignoresNothing: Ignored = {ignores: () => false, prunes: true}
