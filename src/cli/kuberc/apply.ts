// Aliases become the commands they stand for; defaults become flags that were not given.
import type {CommandDefinition, Flags} from '../definition.ts'
import {findCommand} from '../find-command.ts'
import {parseFlagValue} from '../flag-values.ts'
import type {Io} from '../io.ts'
import {type Alias, failure, type Option, readPreferences} from './preferences.ts'

export interface Preferred {
  readonly argv: readonly string[]
  /** Of the alias, or undefined: those of the command. */
  readonly aliasOptions: readonly Option[] | undefined
  readonly defaultsOf: (words: readonly string[]) => readonly Option[]
}

const checkAliases = async (root: CommandDefinition, globals: Flags, aliases: readonly Alias[]): Promise<void> => {
  for (const {name, command} of aliases) {
    if (!/^[A-Za-z]+$/.test(name)) throw failure('invalid alias name, can only include alphabetical characters')
    const {words} = await findCommand(root, globals, command)
    if (words.length < command.length || command.length === 0)
      throw failure(
        `command ${JSON.stringify(command.join(' '))} not found to set alias ${JSON.stringify(name)}: [${command.join(' ')}]`,
      )
  }
}

const expanded = (argv: readonly string[], alias: Alias): string[] => {
  const at = argv.indexOf(alias.name)
  return [...argv.slice(0, at), ...alias.command, ...alias.prependArgs, ...argv.slice(at + 1), ...alias.appendArgs]
}

export const applyPreferences = async (
  root: CommandDefinition,
  globals: Flags,
  argv: readonly string[],
  io: Io,
): Promise<Preferred> => {
  const flagAt = argv.findIndex((arg) => arg === '--kuberc' || arg.startsWith('--kuberc='))
  const flag = flagAt < 0 ? '' : argv[flagAt] === '--kuberc' ? (argv[flagAt + 1] ?? '') : (argv[flagAt] ?? '').slice(9)
  const {aliases, defaults} = readPreferences(flag, io)
  await checkAliases(root, globals, aliases)
  const {words, unknown} = await findCommand(root, globals, argv)
  const alias = words.length === 0 ? aliases.find(({name}) => name === unknown) : undefined
  return {
    argv: alias ? expanded(argv, alias) : argv,
    aliasOptions: alias?.options,
    defaultsOf: (command) => defaults.get(command.join(' ')) ?? [],
  }
}

/** As words of a command line, for flags that were not on it. */
export const asFlags = (
  options: readonly Option[],
  flags: Flags,
  given: ReadonlySet<string>,
  words: readonly string[],
): string[] =>
  options.flatMap(({name, value}) => {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (!flag) throw failure(`invalid flag ${name} for command ${words.at(-1) ?? ''}`)
    if (given.has(name)) return []
    const parsed = parseFlagValue(flag, value, undefined, false)
    if (!parsed.ok)
      throw failure(
        `could not apply override value ${value} to flag ${name} in command ${words.at(-1) ?? ''} err: invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${parsed.reason}`,
      )
    return [`--${name}=${value}`]
  })
