// A build from its request to an image in the list.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {BuildEvent, BuildRequest} from '../../lib/cri/image-tools.ts'
import {newId} from '../ids.ts'
import {digestOfBytes} from '../images/digest.ts'
import {mediaTypes} from '../images/manifest.ts'
import {parseReference, taggedName} from '../images/reference.ts'
import type {Runtime} from '../runtime.ts'
import {baseImage} from './base-image.ts'
import type {Build} from './build.ts'
import {BuildError, placed} from './build-error.ts'
import {BuildCache} from './cache.ts'
import {type Instruction, parseDockerfile, parseInstruction} from './dockerfile/parse.ts'
import {ignoresNothing, parseIgnore} from './ignore.ts'
import {argHandler, proxyArgs} from './instructions/arg.ts'
import type {Handler} from './instructions/handler.ts'
import {handlers} from './instructions/index.ts'
import {type PlannedStage, planOf} from './plan.ts'
import {Scratch, type ScratchPlaces} from './scratch.ts'
import {configFileOf, type Stage, withSettings} from './stage.ts'

export const scratchPlaces = ({hash, images, options}: Runtime): ScratchPlaces => ({
  layers: images.store.layers.folder,
  building: join(images.folder, `building-${hash}`),
  mounts: join(options.root, 'builds'),
})

const startOf = async (build: Build, {baseName, from, index}: PlannedStage): Promise<Stage> => {
  const known = build.stages.get(baseName.toLowerCase())
  try {
    // Values of another stage's ARGs are not inherited.
    return known && index > 0 ? {...known, args: new Map(), ownCmd: false} : await baseImage(build, baseName)
  } catch (error) {
    throw placed(from.place, error)
  }
}

/** What the base image left to do, first. */
const instructionsOf = ({from, instructions}: PlannedStage, {settings}: Stage): readonly Instruction[] => [
  ...(settings.OnBuild ?? []).map((text) => parseInstruction(text, from.place)),
  ...instructions,
]

const shortened = (text: string): string => text.replace(/\s+/g, ' ')

const runStage = async (build: Build, planned: PlannedStage, arg: Handler): Promise<Stage> => {
  const {signal, tell} = build
  const title = (at: number, all: number, text: string): string =>
    `[${planned.title}${planned.title ? ' ' : ''}${at}/${all}] ${shortened(text)}`
  const start = await startOf(build, planned)
  const instructions = instructionsOf(planned, start)
  const layered = instructions.filter(({name}) => ['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(name))
  const all = layered.length + 1
  tell({type: 'step', name: title(1, all, `FROM ${planned.baseName}`), cached: false})
  let stage = withSettings(start, {})
  if (start.settings.OnBuild) {
    const {OnBuild: _, ...settings} = start.settings
    stage = {...start, settings}
  }
  let at = 1
  for (const instruction of instructions) {
    signal.throwIfAborted()
    const handler = instruction.name === 'ARG' ? arg : handlers[instruction.name]
    if (!handler) throw placed(instruction.place, new Error(`${instruction.name} is not allowed here`))
    if (layered.includes(instruction)) at++
    stage = await handler(build, stage, instruction, title(at, all, instruction.text))
  }
  return stage
}

/** The stage as an image: its configuration and manifest beside its layers. */
const listImage = ({hold, request, runtime}: Build, stage: Stage): string => {
  const {store} = runtime.images
  const keep = (bytes: Buffer): {digest: string; size: number} => {
    const digest = digestOfBytes(bytes)
    hold([digest])
    writeFileSync(store.blobFile(digest), bytes, {mode: 0o600})
    return {digest, size: bytes.length}
  }
  const config = {mediaType: mediaTypes.config, ...keep(configFileOf(stage))}
  const layers = stage.layers.map(({digest, mediaType, size}) => ({mediaType, digest, size}))
  const manifest = {schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers}
  const {digest} = keep(Buffer.from(JSON.stringify(manifest)))
  const names = request.tags.map((tag) => ({tag: taggedName(parseReference(tag))}))
  return store.add(manifest, digest, names, stage.onHost).id
}

const warnUnused = ({request, tell, usedArgs}: Build): void => {
  const unused = Object.keys(request.buildArgs).filter((name) => !usedArgs.has(name) && !proxyArgs.includes(name))
  if (unused.length > 0) tell({type: 'warning', text: `build arguments that nothing declares: ${unused.join(', ')}`})
}

export const runBuild = async (
  runtime: Runtime,
  request: BuildRequest,
  tell: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux')
    throw new BuildError('images are built by root on Linux only: layers have owners, and RUN is a container')
  for (const tag of request.tags) parseReference(tag)
  const dockerfile = parseDockerfile(request.dockerfile.text, request.dockerfile.name)
  const usedArgs = new Set<string>()
  const {globals, stages} = planOf(dockerfile, request, usedArgs)
  const places = scratchPlaces(runtime)
  const {store} = runtime.images
  const [name, held] = [`build-${newId().slice(0, 12)}`, new Set<string>()]
  let holding: Disposable | undefined
  const hold = (digests: readonly string[]): void => {
    for (const digest of digests) held.add(digest)
    holding = store.holds.forNow(name, [...held])
  }
  await using nothing = new Scratch(places)
  const context = {
    root: request.context ?? nothing.fresh('context'),
    ignored: request.ignore === undefined ? ignoresNothing : parseIgnore(request.ignore),
  }
  const cache = new BuildCache(store)
  const {escapes} = dockerfile
  const shared = {runtime, request, context, cache, places, escapes, signal, usedArgs, tell, hold}
  const build: Build = {...shared, usedKeys: new Set(), stages: new Map()}
  try {
    let last: Stage | undefined
    for (const planned of stages) {
      last = await runStage(build, planned, argHandler(globals))
      for (const key of [String(planned.index), planned.name]) if (key !== undefined) build.stages.set(key, last)
    }
    if (!last) throw new Error('nothing to build')
    const id = listImage(build, last)
    cache.finish(build.usedKeys)
    warnUnused(build)
    tell({type: 'result', id, names: request.tags.map((tag) => taggedName(parseReference(tag)))})
  } finally {
    holding?.[Symbol.dispose]()
  }
}
