// Wrong arguments of `config` commands: the help on stdout, the complaint on stderr.
import type {CommandDefinition} from '../../definition.ts'
import {renderHelp} from '../../help/render.ts'
import type {Invocation} from '../../invocation.ts'

export const showHelp = (
  {io, words, program}: Pick<Invocation, 'io' | 'words' | 'program'>,
  definition: CommandDefinition,
): void => io.out(renderHelp({definition, words, program}))

export const unexpectedArgs = (args: readonly string[]): Error => new Error(`Unexpected args: [${args.join(' ')}]`)
