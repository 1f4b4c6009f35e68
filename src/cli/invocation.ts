// One run of one command: everything its `run` may touch.
import type {Connection} from './connection/connection.ts'
import type {Flags, FlagValues} from './definition.ts'
import type {GlobalValues} from './global-flags.ts'
import type {Io} from './io.ts'
import {UsageMistake} from './usage-mistake.ts'

export interface Invocation<F extends Flags = Flags> {
  readonly flags: FlagValues<F>
  readonly globals: GlobalValues
  readonly args: readonly string[]
  /** How many arguments stood before `--`; -1 without one. */
  readonly argsBeforeDash: number
  /** Whether the flag was on the command line. */
  readonly given: (flag: string) => boolean
  /** Names of the flags on the command line, in its order. */
  readonly givenFlags: readonly string[]
  /** `kubectl` when called by that name: its rules and its words throughout. */
  readonly program: 'kubectl' | 'mini'
  /** The words of the command, such as ['rollout', 'status']. */
  readonly words: readonly string[]
  readonly io: Io
  /** The cluster to talk to; made once, at the first call. */
  readonly connect: () => Promise<Connection>
}

export const commandPath = ({program, words}: Pick<Invocation, 'program' | 'words'>): string =>
  [program, ...words].join(' ')

/** A mistake in the arguments, with the way to the command's help. */
export const usageMistake = (invocation: Pick<Invocation, 'program' | 'words'>, message: string): UsageMistake =>
  new UsageMistake(message, `See '${commandPath(invocation)} -h' for help and examples`)
