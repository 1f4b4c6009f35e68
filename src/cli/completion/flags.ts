// Flags of a command as candidates, and which flag a word is the value of.
import type {Flag, Flags} from '../definition.ts'

const visible = (flags: Flags): [string, Flag][] =>
  Object.entries(flags)
    .filter(([, {hidden, deprecated}]) => !hidden && deprecated === undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))

export const flagCandidates = (flags: Flags, word: string): string[] =>
  visible(flags).flatMap(([name, {short, description}]) => [
    `--${name}\t${description}`,
    ...(short && !word.startsWith('--') ? [`-${short}\t${description}`] : []),
  ])

const wantsValue = ({type, withoutValue}: Flag): boolean => type !== 'bool' && withoutValue === undefined

/** The flag whose value comes next after this word. */
export const flagBefore = (flags: Flags, word: string): string | undefined => {
  if (!word.startsWith('-') || word === '-' || word.includes('=')) return undefined
  const name = word.startsWith('--')
    ? word.slice(2)
    : Object.keys(flags).find((key) => flags[key]?.short === word.slice(-1))
  const flag = name !== undefined && Object.hasOwn(flags, name) ? flags[name] : undefined
  return flag && wantsValue(flag) ? name : undefined
}
