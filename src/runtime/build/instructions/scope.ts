// The words of an instruction: what variables stand for in a stage.

import type {Build} from '../build.ts'
import {errorAt, placed} from '../build-error.ts'
import {expandText, expandWord, expandWords, type Variables} from '../dockerfile/expand.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {envOf, type Stage} from '../stage.ts'

/** An ENV hides an ARG of its name. */
export const variablesOf = (stage: Stage): Variables => {
  const env = envOf(stage)
  return (name) => (env.has(name) ? env.get(name) : stage.args.get(name))
}

export interface Words {
  word(text: string): string
  words(text: string): string[]
  text(text: string): string
}

export const wordsOf = ({escapes}: Build, stage: Stage, {place}: Instruction): Words => {
  const expansion = {variables: variablesOf(stage), escapes}
  const guarded =
    <T>(expand: (text: string, how: typeof expansion) => T) =>
    (text: string): T => {
      try {
        return expand(text, expansion)
      } catch (error) {
        throw placed(place, error)
      }
    }
  return {word: guarded(expandWord), words: guarded(expandWords), text: guarded(expandText)}
}

/** Flags by name; others are refused. */
export const flagsOf = ({flags, name, place}: Instruction, known: readonly string[]): ReadonlyMap<string, string> => {
  for (const [flag] of flags) if (!known.includes(flag)) throw errorAt(place, `unknown flag: --${flag} (of ${name})`)
  return new Map(flags)
}
