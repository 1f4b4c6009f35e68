// What COPY and ADD have in common: where from, where to, whose, how.
import {posix} from 'node:path'
import {accountOf} from '../../images/accounts.ts'
import {type Build, layerFolders} from '../build.ts'
import {errorAt} from '../build-error.ts'
import type {CopyOptions, Ownership} from '../copy-files.ts'
import type {Heredoc} from '../dockerfile/lines.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import type {Stage} from '../stage.ts'
import {flagsOf, wordsOf} from './scope.ts'

export interface CopyWords {
  readonly flags: ReadonlyMap<string, string>
  readonly sources: readonly string[]
  /** Files that stand in the Dockerfile itself. */
  readonly inline: readonly {readonly name: string; readonly content: string}[]
  /** From the root; a slash at its end was said. */
  readonly target: string
  readonly intoFolder: boolean
}

const isHeredoc = (word: string, heredocs: readonly Heredoc[]): boolean =>
  heredocs.some(({name}) => word.replace(/^\d*<<-?["']?/, '').replace(/["']$/, '') === name && /^\d*<</.test(word))

export const copyWords = (
  build: Build,
  stage: Stage,
  instruction: Instruction,
  known: readonly string[],
): CopyWords => {
  const {heredocs, json, name, place, rest} = instruction
  const words = wordsOf(build, stage, instruction)
  const raw = json ?? rest.match(/(?:\\.|"(?:\\.|[^"])*"|'[^']*'|[^\s"'\\])+/g) ?? []
  if (raw.length < 2)
    throw errorAt(place, `${name} requires at least two arguments, but only ${raw.length} was provided`)
  const given = raw.slice(0, -1)
  const to = words.word(raw.at(-1) ?? '')
  const flags = new Map([...flagsOf(instruction, known)].map(([flag, value]) => [flag, words.word(value)]))
  const resolved = posix.resolve('/', stage.settings.WorkingDir ?? '/', to)
  const intoFolder = /(?:^|\/)\.{0,2}$/.test(to)
  const inline = heredocs.map((heredoc) => ({
    name: heredoc.name,
    content: heredoc.expands ? words.text(heredoc.content) : heredoc.content,
  }))
  const sources = given.filter((word) => !isHeredoc(word, heredocs)).map(words.word)
  if (sources.length + inline.length > 1 && !intoFolder)
    throw errorAt(
      place,
      `When using ${name} with more than one source file, the destination must be a directory and end with a /`,
    )
  return {flags, sources, inline, target: resolved, intoFolder}
}

const modeOf = (text: string): number | undefined => (/^[0-7]{3,5}$/.test(text) ? Number.parseInt(text, 8) : undefined)

/** Names are those of the image that is built. */
const ownerOf = (build: Build, stage: Stage, instruction: Instruction, text: string): Ownership => {
  const [user = '', group] = text.split(':')
  const layers = layerFolders(build, stage)
  const account = accountOf(layers, user, group ?? (/^\d+$/.test(user) ? user : undefined))
  if (!account)
    throw errorAt(
      instruction.place,
      `unable to convert uid/gid chown string to host mapping: no such user or group: ${text}`,
    )
  return {uid: account.uid, gid: account.gid}
}

export const copyOptions = (
  build: Build,
  stage: Stage,
  instruction: Instruction,
  flags: ReadonlyMap<string, string>,
  owner: Ownership | undefined,
): CopyOptions => {
  const [chown, chmod] = [flags.get('chown'), flags.get('chmod')]
  const mode = chmod === undefined ? undefined : modeOf(chmod)
  if (chmod !== undefined && mode === undefined)
    throw errorAt(
      instruction.place,
      `invalid chmod parameter: ${JSON.stringify(chmod)}: it should be octal, between 0 and 07777`,
    )
  return {owner: chown === undefined ? owner : ownerOf(build, stage, instruction, chown), mode}
}
