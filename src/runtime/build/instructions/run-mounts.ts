// RUN --mount: folders that are there for one command only.

import {createHash} from 'node:crypto'
import {copyFileSync, mkdirSync, statSync} from 'node:fs'
import {join, posix} from 'node:path'
import {hexOf} from '../../images/layers.ts'
import type {BindMount} from '../../launch/spec.ts'
import {type Build, layerFolders} from '../build.ts'
import {errorAt} from '../build-error.ts'
import {digestOf, namesBelow, sourcesOf} from '../context.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {inRoot} from '../in-root.ts'
import type {Scratch} from '../scratch.ts'
import type {Stage} from '../stage.ts'
import {stageNamed} from './copy.ts'
import type {Words} from './scope.ts'

export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs'
  readonly target: string
  readonly source: string
  readonly from: string | undefined
  readonly id: string
  readonly readOnly: boolean
}

const isTrue = (value: string | undefined): boolean => value === '' || value === 'true' || value === '1'

export const mountsOf = ({flags, place}: Instruction, {settings}: Stage, words: Words): RunMount[] =>
  flags
    .filter(([flag]) => flag === 'mount')
    .flatMap(([, text]): RunMount[] => {
      const options = new Map(
        words
          .word(text)
          .split(',')
          .map((pair): [string, string] => {
            const equals = pair.indexOf('=')
            return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
          }),
      )
      const type = options.get('type') ?? 'bind'
      const target = options.get('target') ?? options.get('dst') ?? options.get('destination')
      if (type === 'secret' || type === 'ssh') {
        if (isTrue(options.get('required')))
          throw errorAt(place, `RUN --mount=type=${type}: this build has none to give`)
        return []
      }
      if (type !== 'bind' && type !== 'cache' && type !== 'tmpfs')
        throw errorAt(place, `unsupported mount type ${JSON.stringify(type)}: use bind, cache or tmpfs`)
      if (!target) throw errorAt(place, `RUN --mount=type=${type}: target is required`)
      const readWrite = options.has('rw') || options.has('readwrite')
      return [
        {
          type,
          target: posix.resolve('/', settings.WorkingDir ?? '/', target),
          source: options.get('source') ?? options.get('src') ?? '/',
          from: options.get('from'),
          id: options.get('id') ?? target,
          readOnly: type === 'bind' ? !readWrite : isTrue(options.get('ro')) || isTrue(options.get('readonly')),
        },
      ]
    })

/** Of every build of the profile, by name. */
const cacheFolder = ({runtime}: Build, id: string): string => {
  const name = hexOf(`sha256:${createHash('sha256').update(id).digest('hex')}`).slice(0, 24)
  const folder = join(runtime.images.folder, 'build-mounts', name)
  mkdirSync(folder, {recursive: true, mode: 0o755})
  return folder
}

/** What .dockerignore leaves out is not seen either. */
const contextFolder = (build: Build, source: string, scratch: Scratch): string => {
  const folder = scratch.fresh('context')
  for (const found of sourcesOf(build.context, source)) {
    if (!found.isFolder) return found.file
    for (const name of namesBelow(build.context, found)) {
      const from = join(found.file, name)
      if (statSync(from).isDirectory()) mkdirSync(join(folder, name), {recursive: true})
      else copyFileSync(from, join(folder, name))
    }
  }
  return folder
}

const sourceOf = async (build: Build, mount: RunMount, scratch: Scratch): Promise<string> => {
  if (mount.type === 'cache') return cacheFolder(build, mount.id)
  if (mount.type === 'tmpfs') return scratch.fresh('tmpfs')
  if (mount.from === undefined) return contextFolder(build, mount.source, scratch)
  const view = await scratch.view(layerFolders(build, await stageNamed(build, mount.from)))
  return inRoot(view, mount.source)
}

export const bindMounts = (build: Build, mounts: readonly RunMount[], scratch: Scratch): Promise<BindMount[]> =>
  Promise.all(
    mounts.map(async (mount): Promise<BindMount> => {
      const source = await sourceOf(build, mount, scratch)
      const {readOnly, target} = mount
      return {source, target, readOnly, propagation: 'private', isFolder: statSync(source).isDirectory()}
    }),
  )

/** What a command may read of them is part of what it depends on; caches and empty folders are not. */
export const mountInputs = (build: Build, mounts: readonly RunMount[]): Promise<unknown[]> =>
  Promise.all(
    mounts.map(async (mount) => {
      if (mount.type !== 'bind') return [mount.type, mount.target]
      if (mount.from !== undefined)
        return [mount, (await stageNamed(build, mount.from)).layers.map(({diffId}) => diffId)]
      const {context} = build
      return [mount, await Promise.all(sourcesOf(context, mount.source).map((found) => digestOf(context, found)))]
    }),
  )
