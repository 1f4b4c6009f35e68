// Command lines as pflag reads them: flags anywhere, `-n x`, `-n=x`, `-nx`, `-it`, `--name value`, `--name=value`, `--`.
import type {Flag, Flags} from './definition.ts'
import {parseFlagValue} from './flag-values.ts'
import {UsageMistake} from './usage-mistake.ts'

export interface ParsedFlags {
  readonly values: Record<string, unknown>
  /** Names given on the command line. */
  readonly given: ReadonlySet<string>
  readonly args: readonly string[]
  /** How many arguments stood before `--`; -1 without one. */
  readonly argsBeforeDash: number
}

export interface ParseOptions {
  /** Stop at the first argument. */
  readonly flagsFirst?: boolean | undefined
}

export class HelpAsked extends Error {
  override readonly name = 'HelpAsked'
}

const withDefaults = (flags: Flags): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const [name, flag] of Object.entries(flags))
    values[name] = flag.type === 'list' ? [...flag.default] : flag.default
  return values
}

const byShorthand = (flags: Flags): Map<string, string> => {
  const names = new Map<string, string>()
  for (const [name, {short}] of Object.entries(flags)) if (short) names.set(short, name)
  return names
}

/** `--flag` alone means this; undefined: a value must follow. */
const impliedValue = (flag: Flag): string | undefined =>
  flag.withoutValue ?? (flag.type === 'bool' ? 'true' : undefined)

/** kubectl takes `--field_selector` for `--field-selector`. */
const flagName = (text: string): string => text.replaceAll('_', '-')

export const parseFlags = (argv: readonly string[], flags: Flags, options: ParseOptions = {}): ParsedFlags => {
  const values = withDefaults(flags)
  const given = new Set<string>()
  const shorthands = byShorthand(flags)
  const args: string[] = []
  let rest = [...argv]
  let argsBeforeDash = -1

  const set = (name: string, flag: Flag, text: string): void => {
    const shown = flag.short ? `-${flag.short}, --${name}` : `--${name}`
    const parsed = parseFlagValue(flag, text, values[name], given.has(name))
    if (!parsed.ok)
      throw new UsageMistake(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${parsed.reason}`)
    values[name] = parsed.value
    given.add(name)
  }

  const long = (token: string): void => {
    const equals = token.indexOf('=')
    const written = equals < 0 ? token.slice(2) : token.slice(2, equals)
    if (written === '' || written.startsWith('-') || written.startsWith('='))
      throw new UsageMistake(`bad flag syntax: ${token}`)
    const name = flagName(written)
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (!flag) {
      if (name === 'help') throw new HelpAsked()
      throw new UsageMistake(`unknown flag: --${name}`)
    }
    const implied = impliedValue(flag)
    if (equals >= 0) set(name, flag, token.slice(equals + 1))
    else if (implied !== undefined) set(name, flag, implied)
    else if (rest.length > 0) set(name, flag, rest.shift() ?? '')
    else throw new UsageMistake(`flag needs an argument: --${name}`)
  }

  const cluster = (token: string): void => {
    let letters = token.slice(1)
    while (letters !== '') {
      const letter = letters.slice(0, 1)
      const name = shorthands.get(letter)
      const flag = name === undefined ? undefined : flags[name]
      const after = letters.slice(1)
      if (name === undefined || !flag) {
        if (letter === 'h') throw new HelpAsked()
        throw new UsageMistake(`unknown shorthand flag: '${letter}' in -${letters}`)
      }
      const implied = impliedValue(flag)
      letters = ''
      if (after.startsWith('=')) set(name, flag, after.slice(1))
      else if (implied !== undefined) {
        set(name, flag, implied)
        letters = after
      } else if (after !== '') set(name, flag, after)
      else if (rest.length > 0) set(name, flag, rest.shift() ?? '')
      else throw new UsageMistake(`flag needs an argument: '${letter}' in -${token.slice(1)}`)
    }
  }

  while (rest.length > 0) {
    const token = rest.shift() ?? ''
    if (token === '--') {
      argsBeforeDash = args.length
      args.push(...rest)
      rest = []
    } else if (token.startsWith('--')) long(token)
    else if (token.startsWith('-') && token !== '-') cluster(token)
    else {
      args.push(token)
      if (options.flagsFirst) {
        args.push(...rest)
        rest = []
      }
    }
  }
  return {values, given, args, argsBeforeDash}
}
