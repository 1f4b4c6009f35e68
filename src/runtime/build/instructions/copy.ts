// COPY: files of the context, of another stage, of an image, or out of the Dockerfile itself.
import {writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {baseImage} from '../base-image.ts'
import {type Build, layerFolders, withScratch} from '../build.ts'
import {errorAt, placed} from '../build-error.ts'
import {type BuildContext, digestOf, plainContext, type Source, sourcesOf} from '../context.ts'
import {type CopyOptions, copyFile, copyFolder, fileTarget} from '../copy-files.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {parseIgnore} from '../ignore.ts'
import {layerStep} from '../layer-step.ts'
import type {Scratch} from '../scratch.ts'
import type {Stage} from '../stage.ts'
import {type CopyWords, copyOptions, copyWords} from './copy-flags.ts'
import type {Handler} from './handler.ts'

/** By name or number; anything else is an image. */
export const stageNamed = async (build: Build, name: string): Promise<Stage> =>
  build.stages.get(name.toLowerCase()) ?? (await baseImage(build, name))

/** At least one each, or the Dockerfile is wrong. */
export const neededSources = (
  context: BuildContext,
  {place, name}: Instruction,
  patterns: readonly string[],
): Source[] =>
  patterns.flatMap((pattern) => {
    const found = sourcesOf(context, pattern)
    if (found.length === 0)
      throw errorAt(
        place,
        `${name}: ${JSON.stringify(pattern)} not found in the build context, or left out by .dockerignore`,
      )
    return found
  })

export interface CopyJob {
  readonly context: BuildContext
  readonly sources: readonly Source[]
  readonly words: CopyWords
  readonly options: CopyOptions
}

export const carryOut = async (
  {context, options, sources, words}: CopyJob,
  scratch: Scratch,
  root: string,
): Promise<void> => {
  const several = sources.length > 1 || words.intoFolder
  for (const source of sources)
    if (source.isFolder) await copyFolder(context, source, root, words.target, options)
    else await copyFile(source.file, root, fileTarget(root, words.target, source.path, several), options)
  for (const {content, name} of words.inline) {
    const file = join(scratch.fresh('inline'), basename(name))
    writeFileSync(file, content, {mode: 0o644})
    await copyFile(file, root, fileTarget(root, words.target, name, several || words.inline.length > 1), options)
  }
}

const excluding = (context: BuildContext, instruction: Instruction): BuildContext => {
  const patterns = instruction.flags.filter(([flag]) => flag === 'exclude').map(([, value]) => value)
  if (patterns.length === 0) return context
  return {...context, excluded: parseIgnore(patterns.join('\n'))}
}

export const inputsOf = async ({context, options, sources, words}: CopyJob, kind: string): Promise<object> => ({
  [kind]: await Promise.all(sources.map(async (source) => [source.path, await digestOf(context, source)])),
  inline: words.inline,
  target: words.target,
  intoFolder: words.intoFolder,
  options,
})

const known = ['from', 'chown', 'chmod', 'link', 'exclude']

export const copyHandler: Handler = async (build, stage, instruction, title) => {
  const words = copyWords(build, stage, instruction, known)
  const from = words.flags.get('from')
  const options = copyOptions(build, stage, instruction, words.flags, from === undefined ? {uid: 0, gid: 0} : undefined)
  const step = async (context: BuildContext): Promise<Stage> => {
    const seen = excluding(context, instruction)
    const job = {context: seen, sources: neededSources(seen, instruction, words.sources), words, options}
    return layerStep(build, stage, {
      title,
      createdBy: instruction.text,
      inputs: await inputsOf(job, 'copy'),
      work: async (scratch, layers) => carryOut(job, scratch, await scratch.root(layers)),
    })
  }
  try {
    if (from === undefined) return await step(build.context)
    const source = await stageNamed(build, from)
    return await withScratch(build, async (scratch) =>
      step(plainContext(await scratch.view(layerFolders(build, source)))),
    )
  } catch (error) {
    throw placed(instruction.place, error)
  }
}
