// What a command is: plain data and one `run`, which loads its work when it is called. The parser, help and completion
// all read this one definition.
import type {Parsed} from './flag-values.ts'
import type {Invocation} from './invocation.ts'

interface FlagCommon {
  readonly short?: string
  readonly description: string
  readonly hidden?: boolean
  /** Said on stderr when the flag is given. */
  readonly deprecated?: string
  /** The value of `--flag` without one (pflag's NoOptDefVal), such as `--dry-run`. */
  readonly withoutValue?: string
  /** What help shows as the default, where that is not the default itself. */
  readonly shownDefault?: string
}

export interface BoolFlag extends FlagCommon {
  readonly type: 'bool'
  readonly default: boolean
}
export interface StringFlag extends FlagCommon {
  readonly type: 'string'
  readonly default: string
  /** What is no value of the flag. */
  readonly check?: (text: string) => Parsed<string>
}
export interface IntFlag extends FlagCommon {
  readonly type: 'int'
  readonly default: number
  readonly bits?: 32 | 64
}
/** In milliseconds. */
export interface DurationFlag extends FlagCommon {
  readonly type: 'duration'
  readonly default: number
  /** Where the flag does not complain as the others. */
  readonly parse?: (text: string) => Parsed<number>
}
/** Given several times; `split`: a value is itself a list with commas. */
export interface ListFlag extends FlagCommon {
  readonly type: 'list'
  readonly split: boolean
  readonly default: readonly string[]
}

export type Flag = BoolFlag | StringFlag | IntFlag | DurationFlag | ListFlag
export type Flags = Readonly<Record<string, Flag>>

export type FlagValue<F extends Flag> = F extends BoolFlag
  ? boolean
  : F extends StringFlag
    ? string
    : F extends ListFlag
      ? readonly string[]
      : number

export type FlagValues<F extends Flags> = {readonly [Name in keyof F]: FlagValue<F[Name]>}

export interface CommandDefinition<F extends Flags = Flags> {
  /** What follows the command's own words in the usage line. */
  readonly usage?: string
  readonly aliases?: readonly string[]
  /** One line, as lists of commands show it. */
  readonly summary: string
  readonly description?: string
  readonly examples?: string
  readonly hidden?: boolean
  readonly flags: F
  /** Commands below this one; a command with both runs itself when its first argument is none of them. */
  readonly commands?: readonly CommandEntry[]
  /** Missing ones end the command: `required flag(s) "image" not set`. */
  readonly required?: readonly (keyof F & string)[]
  /** Groups of which one at most may be given. */
  readonly exclusive?: readonly (readonly (keyof F & string)[])[]
  /** Without a command below it, its help goes to stdout; others say it on stderr. */
  readonly helpToStdout?: boolean
  /** Flags end at the first argument: what follows belongs to another program. */
  readonly flagsFirst?: boolean
  /** All words behind the command's are its arguments, flags too. */
  readonly unparsed?: boolean
  /** The exit code; absent: 0. A command without `run` only holds others, and prints its help. */
  readonly run?: (invocation: Invocation<F>) => Promise<number | void>
}

/** A line in a list of commands: what is needed to find and list one without loading it. */
export interface CommandEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly hidden?: boolean
  /** The heading it stands under in the root's help. */
  readonly group?: string
  /** Only for kubectl, only for mini; absent: both. */
  readonly program?: 'kubectl' | 'mini'
  readonly load: () => Promise<CommandDefinition>
}

/** Keeps the types of the flags for `run`. */
export const command = <const F extends Flags>(definition: CommandDefinition<F>): CommandDefinition =>
  definition as unknown as CommandDefinition

type More<F extends Flag> = Partial<Omit<F, 'type' | 'description'>>

export const bool = (description: string, more: More<BoolFlag> = {}): BoolFlag => ({
  type: 'bool',
  default: false,
  description,
  ...more,
})
export const string = (description: string, more: More<StringFlag> = {}): StringFlag => ({
  type: 'string',
  default: '',
  description,
  ...more,
})
export const int = (description: string, more: More<IntFlag> = {}): IntFlag => ({
  type: 'int',
  default: 0,
  description,
  ...more,
})
export const duration = (description: string, more: More<DurationFlag> = {}): DurationFlag => ({
  type: 'duration',
  default: 0,
  description,
  ...more,
})
/** pflag's stringSlice: `--x=a,b --x=c`. */
export const list = (description: string, more: More<ListFlag> = {}): ListFlag => ({
  type: 'list',
  split: true,
  default: [],
  description,
  ...more,
})
/** pflag's stringArray: commas are part of the value. */
export const array = (description: string, more: More<ListFlag> = {}): ListFlag => ({
  type: 'list',
  split: false,
  default: [],
  description,
  ...more,
})
