// From the command line to the command: which of its words are names, as cobra decides it.
import type {CommandDefinition, CommandEntry, Flag, Flags} from './definition.ts'

export interface Found {
  readonly words: readonly string[]
  readonly definition: CommandDefinition
  /** Everything that was not a word of the name, in order. */
  readonly argv: readonly string[]
  /** The first argument, when the last command found holds others and this is none of them. */
  readonly unknown: string | undefined
}

const takesNext = (token: string, flags: Flags): boolean => {
  const implied = (flag: Flag | undefined): boolean => flag?.type === 'bool' || flag?.withoutValue !== undefined
  if (token.startsWith('--')) return !token.includes('=') && !implied(flags[token.slice(2)])
  if (token.length !== 2) return false
  return !implied(Object.values(flags).find(({short}) => short === token.slice(1)))
}

/** The index of the first token that is neither a flag nor a flag's value; -1: none. */
const firstArgument = (argv: readonly string[], flags: Flags): number => {
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at] ?? ''
    if (token === '--') return -1
    if (token === '' || token === '-' || !token.startsWith('-')) return at
    if (takesNext(token, flags)) at++
  }
  return -1
}

const named = (entries: readonly CommandEntry[], name: string): CommandEntry | undefined =>
  entries.find((entry) => entry.name === name || entry.aliases?.includes(name))

export const findCommand = async (root: CommandDefinition, globals: Flags, argv: readonly string[]): Promise<Found> => {
  let definition = root
  let rest = [...argv]
  const words: string[] = []
  for (;;) {
    const at = firstArgument(rest, {...globals, ...definition.flags})
    const first = at < 0 ? undefined : rest[at]
    if (!definition.commands || first === undefined) return {words, definition, argv: rest, unknown: undefined}
    const entry = named(definition.commands, first)
    if (!entry) return {words, definition, argv: rest, unknown: first}
    definition = await entry.load()
    words.push(entry.name)
    rest = rest.toSpliced(at, 1)
  }
}
