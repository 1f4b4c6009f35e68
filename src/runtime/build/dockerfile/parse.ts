// A Dockerfile as stages of instructions. What an instruction means is not known here.
import {errorAt, type Place} from '../build-error.ts'
import {type Heredoc, type LogicalLine, readLines} from './lines.ts'

export interface Instruction {
  readonly place: Place
  /** In upper case. */
  readonly name: string
  /** `--from=x` and its kin, in order. */
  readonly flags: readonly (readonly [string, string])[]
  readonly rest: string
  /** `["a", "b"]`, where the rest is that. */
  readonly json: readonly string[] | undefined
  readonly heredocs: readonly Heredoc[]
  /** The rest with its heredocs, as a shell takes it. */
  readonly script: string
  /** As it was written, on one line. */
  readonly text: string
}

export interface StageText {
  readonly from: Instruction
  /** In lower case. */
  readonly name: string | undefined
  readonly base: string
  readonly platform: string | undefined
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  readonly escapes: string
  /** ARG before the first FROM. */
  readonly globals: readonly Instruction[]
  readonly stages: readonly StageText[]
}

const instructionNames = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]

const jsonWords = (text: string): string[] | undefined => {
  if (!text.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string') ? parsed : undefined
  } catch {
    return undefined // a shell's own bracket
  }
}

const flagsOf = (text: string): {flags: [string, string][]; rest: string} => {
  const flags: [string, string][] = []
  let rest = text
  for (;;) {
    const [whole, name = '', value] = /^--([a-z][\w-]*)(?:=((?:"[^"]*"|'[^']*'|\S)*))?(?:\s+|$)/.exec(rest) ?? []
    if (whole === undefined) return {flags, rest}
    flags.push([name, value ?? 'true'])
    rest = rest.slice(whole.length)
  }
}

const takesFlags = ['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN']

export const instructionOf = ({heredocs, place, script, text}: LogicalLine): Instruction => {
  const [, word = '', after = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  const name = word.toUpperCase()
  if (!instructionNames.includes(name)) throw errorAt(place, `unknown instruction: ${word}`)
  const {flags, rest} = takesFlags.includes(name) ? flagsOf(after) : {flags: [], rest: after}
  if (rest === '' && !(name === 'HEALTHCHECK' && flags.length > 0))
    throw errorAt(place, `${name} requires at least one argument`)
  const body = script.slice(text.length)
  return {place, name, flags, rest, json: jsonWords(rest), heredocs, script: rest + body, text: `${name} ${after}`}
}

/** What ONBUILD keeps for later: a line of another Dockerfile. */
export const parseInstruction = (text: string, place: Place): Instruction => {
  const [line] = readLines(text, place.file).lines
  if (!line) throw errorAt(place, 'no instruction')
  return {...instructionOf(line), place}
}

const stageOf = (from: Instruction, instructions: readonly Instruction[]): StageText => {
  const [base = '', as, name, ...more] = from.rest.split(/\s+/)
  const named = as !== undefined
  if (more.length > 0 || (named && (as.toUpperCase() !== 'AS' || name === undefined)))
    throw errorAt(from.place, 'FROM requires either one or three arguments')
  if (name !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(name.toLowerCase()))
    throw errorAt(
      from.place,
      `invalid name for build stage: ${JSON.stringify(name)}, name can't start with a number or contain symbols`,
    )
  for (const [flag] of from.flags) if (flag !== 'platform') throw errorAt(from.place, `unknown flag: --${flag}`)
  return {
    from,
    base,
    name: name?.toLowerCase(),
    platform: from.flags.find(([flag]) => flag === 'platform')?.[1],
    instructions,
  }
}

export const parseDockerfile = (text: string, file: string): Dockerfile => {
  const {escapes, lines} = readLines(text, file)
  const globals: Instruction[] = []
  const stages: {from: Instruction; instructions: Instruction[]}[] = []
  for (const instruction of lines.map(instructionOf)) {
    if (instruction.name === 'FROM') stages.push({from: instruction, instructions: []})
    else if (stages.length > 0) stages.at(-1)?.instructions.push(instruction)
    else if (instruction.name === 'ARG') globals.push(instruction)
    else throw errorAt(instruction.place, 'no build stage in current context: FROM comes first')
  }
  if (stages.length === 0) throw errorAt({file, line: 1}, 'file with no instructions: FROM is missing')
  return {escapes, globals, stages: stages.map(({from, instructions}) => stageOf(from, instructions))}
}
