// Which stages a build needs, in order: the target, and those it is made of or copies from.

import type {BuildRequest} from '../../lib/cri/image-tools.ts'
import {platform} from '../images/manifest.ts'
import {errorAt, placed} from './build-error.ts'
import {expandWord, type Variables} from './dockerfile/expand.ts'
import type {Dockerfile, StageText} from './dockerfile/parse.ts'
import {declared, platformArgs} from './instructions/arg.ts'

export interface PlannedStage extends StageText {
  readonly index: number
  /** How the progress names it. */
  readonly title: string
  /** The base image's name, variables put in. */
  readonly baseName: string
}

export interface Plan {
  readonly stages: readonly PlannedStage[]
  readonly globals: ReadonlyMap<string, string | undefined>
}

const globalsOf = (
  dockerfile: Dockerfile,
  request: BuildRequest,
  usedArgs: Set<string>,
): Map<string, string | undefined> => {
  const globals = new Map<string, string | undefined>()
  for (const instruction of dockerfile.globals)
    for (const [name, value] of declared(
      {escapes: dockerfile.escapes, request, usedArgs},
      instruction,
      (wanted) => globals.get(wanted) ?? platformArgs.get(wanted),
      new Map(),
    ))
      globals.set(name, value)
  return globals
}

const checkPlatform = (stage: StageText, variables: Variables, escapes: string): void => {
  if (stage.platform === undefined) return
  const wanted = expandWord(stage.platform, {variables, escapes})
  const [os, architecture] = wanted.split('/')
  const fits = os === platform.os && (architecture === undefined || architecture === platform.architecture)
  if (!fits)
    throw errorAt(
      stage.from.place,
      `platform ${wanted} cannot be built on this machine, which is ${platform.os}/${platform.architecture}`,
    )
}

const planned = (dockerfile: Dockerfile, globals: ReadonlyMap<string, string | undefined>): PlannedStage[] =>
  dockerfile.stages.map((stage, index) => {
    const variables: Variables = (name) => globals.get(name) ?? platformArgs.get(name)
    try {
      const baseName = expandWord(stage.base, {variables, escapes: dockerfile.escapes})
      if (baseName === '') throw errorAt(stage.from.place, `base name (${stage.base}) should not be blank`)
      checkPlatform(stage, variables, dockerfile.escapes)
      return {...stage, index, baseName, title: stage.name ?? (dockerfile.stages.length > 1 ? `stage-${index}` : '')}
    } catch (error) {
      throw placed(stage.from.place, error)
    }
  })

const mountFrom = (text: string): string | undefined => /(?:^|,)from=([^,]+)/.exec(text)?.[1]

/** Stages another one looks into: FROM, COPY --from, RUN --mount=from. */
const neededBy = (stage: PlannedStage): string[] => [
  stage.baseName,
  ...stage.instructions.flatMap(({flags}) =>
    flags.flatMap(([flag, value]) => (flag === 'from' ? value : flag === 'mount' ? (mountFrom(value) ?? []) : [])),
  ),
]

const earlier = (stages: readonly PlannedStage[], index: number, name: string): PlannedStage | undefined =>
  stages.slice(0, index).findLast((stage) => stage.name === name.toLowerCase()) ??
  (/^\d+$/.test(name) ? stages.slice(0, index)[Number(name)] : undefined)

const targetOf = (stages: readonly PlannedStage[], target: string | undefined): PlannedStage | undefined => {
  if (!target) return stages.at(-1)
  return (
    stages.findLast(({name}) => name === target.toLowerCase()) ??
    (/^\d+$/.test(target) ? stages[Number(target)] : undefined)
  )
}

export const planOf = (dockerfile: Dockerfile, request: BuildRequest, usedArgs: Set<string>): Plan => {
  const globals = globalsOf(dockerfile, request, usedArgs)
  const stages = planned(dockerfile, globals)
  const target = targetOf(stages, request.target)
  if (!target)
    throw errorAt(
      {file: request.dockerfile.name, line: 1},
      `target stage ${JSON.stringify(request.target)} could not be found`,
    )
  const needed = new Set<number>()
  const visit = (stage: PlannedStage): void => {
    if (needed.has(stage.index)) return
    needed.add(stage.index)
    for (const name of neededBy(stage)) {
      const other = earlier(stages, stage.index, name)
      if (other) visit(other)
    }
  }
  visit(target)
  return {globals, stages: stages.filter(({index}) => needed.has(index) && index <= target.index)}
}
