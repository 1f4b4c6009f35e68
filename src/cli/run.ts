// From a command line to an exit code: find the command, read its flags, run it, report what it throws.
import {existsSync} from 'node:fs'
import type {CommandDefinition, Flags} from './definition.ts'
import {findCommand} from './find-command.ts'
import {type GlobalValues, kubectlGlobals, miniGlobals} from './global-flags.ts'
import type {Invocation} from './invocation.ts'
import type {Io} from './io.ts'
import type {Preferred} from './kuberc/apply.ts'
import {HelpAsked, type ParsedFlags, parseFlags} from './parse-flags.ts'
import {reportError} from './report-error.ts'
import {Failure, UsageMistake} from './usage-mistake.ts'

export interface Program {
  readonly name: 'kubectl' | 'mini'
  readonly root: CommandDefinition
  readonly io: Io
}

interface Chosen {
  readonly definition: CommandDefinition
  readonly words: readonly string[]
}

const globalsOf = (program: Program): Flags => (program.name === 'kubectl' ? kubectlGlobals : miniGlobals)

const showHelp = async (program: Program, chosen: Chosen): Promise<string> => {
  const {renderHelp} = await import('./help/render.ts')
  return renderHelp({...chosen, program: program.name})
}

/** The command's own flags win over global ones of the same name or letter. */
const mergeFlags = (globals: Flags, own: Flags): Flags => {
  const letters = new Set(Object.values(own).map(({short}) => short))
  const kept = Object.entries(globals).filter(([name, {short}]) => !(name in own) && !(short && letters.has(short)))
  return {...Object.fromEntries(kept), ...own}
}

const parse = (program: Program, {definition, words}: Chosen, argv: readonly string[]): ParsedFlags => {
  if (definition.unparsed) return {...parseFlags([], globalsOf(program)), args: argv}
  try {
    return parseFlags(argv, mergeFlags(globalsOf(program), definition.flags), {flagsFirst: definition.flagsFirst})
  } catch (error) {
    if (!(error instanceof UsageMistake) || error.hint !== undefined) throw error
    throw new UsageMistake(error.message, `See '${[program.name, ...words].join(' ')} --help' for usage.`)
  }
}

const checkFlags = ({definition}: Chosen, {given}: ParsedFlags): void => {
  const missing = (definition.required ?? []).filter((name) => !given.has(name))
  if (missing.length > 0)
    throw new UsageMistake(`required flag(s) ${missing.map((name) => JSON.stringify(name)).join(', ')} not set`)
  for (const group of definition.exclusive ?? []) {
    const set = group.filter((name) => given.has(name))
    if (set.length > 1)
      throw new UsageMistake(
        `if any flags in the group [${group.join(' ')}] are set none of the others can be; [${set.toSorted().join(' ')}] were all set`,
      )
  }
}

const warnDeprecated = ({definition}: Chosen, {given}: ParsedFlags, io: Io): void => {
  for (const name of given) {
    const flag = definition.flags[name]
    if (flag?.deprecated) io.err(`Flag --${name} has been deprecated, ${flag.deprecated}\n`)
  }
}

/** kubectl's preferences are kubectl's; mini follows them where it is told to. */
const preferred = async ({name, root, io}: Program, argv: readonly string[]): Promise<Preferred | undefined> => {
  const asked = argv.some((arg) => arg === '--kuberc' || arg.startsWith('--kuberc='))
  if (!asked && (name !== 'kubectl' || !(io.env.KUBERC || existsSync(`${io.env.HOME ?? ''}/.kube/kuberc`))))
    return undefined
  const {applyPreferences} = await import('./kuberc/apply.ts')
  return applyPreferences(root, name === 'kubectl' ? kubectlGlobals : miniGlobals, argv, io)
}

/** Parsed once more with the defaults a person prefers in front. */
const withDefaults = async (
  program: Program,
  found: Chosen & {readonly argv: readonly string[]},
  parsed: ParsedFlags,
  preferences: Preferred,
): Promise<ParsedFlags> => {
  const options = preferences.aliasOptions ?? preferences.defaultsOf(found.words)
  if (options.length === 0) return parsed
  const {asFlags} = await import('./kuberc/apply.ts')
  const flags = mergeFlags(globalsOf(program), found.definition.flags)
  return parse(program, found, [...asFlags(options, flags, parsed.given, found.words), ...found.argv])
}

const execute = async (program: Program, written: readonly string[]): Promise<number> => {
  const {io, root} = program
  const preferences = await preferred(program, written)
  const argv = preferences?.argv ?? written
  const found = await findCommand(root, globalsOf(program), argv)
  const {definition, words} = found
  if (words.length === 0 && found.unknown !== undefined) {
    const {runUnknown} = await import('./unknown-command.ts')
    return runUnknown(program, found)
  }
  const plain = parse(program, found, found.argv)
  const parsed = preferences ? await withDefaults(program, found, plain, preferences) : plain
  warnDeprecated(found, parsed, io)
  if (!definition.run) {
    if (words.length === 0) {
      io.out(await showHelp(program, found))
      return 0
    }
    const hint = `See '${[program.name, ...words].join(' ')} -h' for help and examples`
    if (parsed.args.length > 0) throw new UsageMistake(`unknown command ${JSON.stringify(parsed.args.join(' '))}`, hint)
    const help = await showHelp(program, found)
    if (definition.helpToStdout) io.out(help)
    else io.err(help)
    return 1
  }
  checkFlags(found, parsed)
  const invocation: Invocation = {
    flags: parsed.values as Invocation['flags'],
    globals: globalValues(program, found, parsed),
    args: parsed.args,
    argsBeforeDash: parsed.argsBeforeDash,
    given: (flag) => parsed.given.has(flag),
    givenFlags: [...parsed.given],
    program: program.name,
    words,
    io,
    connect: once(async () => {
      const {connect} = await import('./connection/connect.ts')
      return connect(invocation)
    }),
  }
  await checkGlobals(invocation)
  const code = (await definition.run(invocation)) ?? 0
  if (code === 0 && invocation.globals['warnings-as-errors']) await failOnWarnings()
  return code
}

const profiles = ['', 'none', 'cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex', 'trace']

const checkGlobals = async (invocation: Invocation): Promise<void> => {
  const {globals, program} = invocation
  if (program === 'kubectl' && !profiles.includes(globals.profile))
    throw new Error(`unknown profile '${globals.profile}'`)
  if (globals['match-server-version']) {
    const {matchServerVersion} = await import('./match-server-version.ts')
    await matchServerVersion(invocation)
  }
}

const failOnWarnings = async (): Promise<void> => {
  const {warningsShown} = await import('./connection/watched-transport.ts')
  const count = warningsShown()
  if (count > 0) throw new Error(`${count} ${count === 1 ? 'warning' : 'warnings'} received`)
}

/** A flag of the command hides a global one of its name: that keeps its default. */
const globalValues = (program: Program, {definition}: Chosen, {values}: ParsedFlags): GlobalValues =>
  Object.fromEntries(
    Object.entries(globalsOf(program)).map(([name, flag]) => [
      name,
      name in definition.flags ? flag.default : values[name],
    ]),
  ) as unknown as GlobalValues

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

const sayHint = async (program: Program, argv: readonly string[], error: unknown): Promise<void> => {
  if (!(error instanceof Error) || !/^(?:unknown flag|the server doesn't have a resource type)/.test(error.message))
    return
  const {hintFor} = await import('./hints.ts')
  const {definition} = await findCommand(program.root, globalsOf(program), argv)
  const hint = hintFor(error, Object.keys({...globalsOf(program), ...definition.flags}))
  if (hint) program.io.err(hint)
}

export const runProgram = async (program: Program, argv: readonly string[]): Promise<number> => {
  try {
    return await execute(program, argv)
  } catch (error) {
    try {
      if (error instanceof HelpAsked) {
        const found = await findCommand(program.root, globalsOf(program), argv)
        program.io.out(await showHelp(program, found))
        return 0
      }
      const code = reportError(error, program.io)
      if (program.name === 'mini') await sayHint(program, argv, error)
      return code
    } catch (second) {
      // Nobody reads stdout or stderr any more.
      return second instanceof Failure ? second.code : 141
    }
  }
}
