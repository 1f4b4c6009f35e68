// From an unfinished command line to what may stand in place of its last word.
import type {CommandDefinition, Flags} from '../definition.ts'
import {findCommand} from '../find-command.ts'
import type {GlobalValues} from '../global-flags.ts'
import {parseFlags} from '../parse-flags.ts'
import {argumentCandidates} from './arguments.ts'
import type {Asked} from './cluster.ts'
import {type Answer, files, noFiles} from './directive.ts'
import {flagBefore, flagCandidates} from './flags.ts'
import {flagValues} from './values.ts'

interface Parsed {
  readonly values: Record<string, unknown>
  readonly args: readonly string[]
}

/** A line that is not right yet has neither flags nor arguments. */
const parsedLine = (argv: readonly string[], flags: Flags): Parsed => {
  try {
    return parseFlags(argv, flags)
  } catch {
    return {...parseFlags([], flags), args: []}
  }
}

export interface Unfinished {
  readonly root: CommandDefinition
  readonly globals: Flags
  readonly line: readonly string[]
  /** The cluster the flags of the line name. */
  readonly askedFor: (globals: GlobalValues) => Asked
}

const startingWith = ({candidates, directive}: Answer, word: string): Answer => ({
  candidates: candidates.filter((candidate) => candidate.startsWith(word)),
  directive,
})

const subcommands = ({commands = []}: CommandDefinition, program: string, atRoot: boolean): string[] =>
  [
    ...commands
      .filter(({hidden, program: only}) => !hidden && (only ?? program) === program)
      .map(({name, summary}) => `${name}\t${summary}`),
    ...(atRoot ? ['help\tHelp about any command'] : []),
  ].toSorted()

export const candidatesFor = async ({root, globals, line, askedFor}: Unfinished): Promise<Answer> => {
  const word = line.at(-1) ?? ''
  const before = line.slice(0, -1)
  const {definition, words, argv} = await findCommand(root, globals, before)
  const flags = {...globals, ...definition.flags}
  const dashed = argv.includes('--')
  const waiting = dashed ? undefined : flagBefore(flags, argv.at(-1) ?? '')
  const {values, args} = parsedLine(waiting === undefined ? argv : argv.slice(0, -1), flags)
  const asked = askedFor(values as unknown as GlobalValues)
  if (waiting !== undefined) return startingOf(await flagValues(asked, waiting, args), word)
  if (!dashed && word.startsWith('-')) {
    const equals = word.indexOf('=')
    if (equals < 0) return startingWith(noFiles(flagCandidates(flags, word)), word)
    const answer = await flagValues(asked, flagBefore(flags, word.slice(0, equals)) ?? '', args)
    return startingOf(answer, word.slice(equals + 1), word.slice(0, equals + 1))
  }
  if (dashed) return files
  const named = args.length === 0 ? subcommands(definition, asked.program, words.length === 0) : []
  if (definition.commands && !definition.run) return startingWith(noFiles(named), word)
  const answer = await argumentCandidates(words, {asked, args, word})
  return startingWith({...answer, candidates: [...named, ...answer.candidates]}, word)
}

/** Endings of files are no candidates: they stay. `prefix`: what of the word stands before the value. */
const startingOf = (answer: Answer, value: string, prefix = ''): Answer => {
  if ((answer.directive & 8) !== 0) return answer
  const {candidates, directive} = startingWith(answer, value)
  return {candidates: candidates.map((candidate) => `${prefix}${candidate}`), directive}
}
