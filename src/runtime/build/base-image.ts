// What FROM starts with: nothing, this machine, an earlier stage, or an image (fetched where it is not here).
import {readFileSync} from 'node:fs'
import {isHostImage} from '../images/host-image.ts'
import {mediaTypes} from '../images/manifest.ts'
import {digestsOf, type ImageRecord} from '../images/record.ts'
import {parseReference} from '../images/reference.ts'
import type {Build} from './build.ts'
import {emptyStage, type HistoryEntry, type Settings, type Stage} from './stage.ts'

interface ConfigFile {
  readonly created?: string
  readonly author?: string
  readonly config?: Settings | null
  readonly history?: readonly HistoryEntry[]
}

const stageOf = ({runtime}: Build, {manifest, onHost}: ImageRecord): Stage => {
  const {store} = runtime.images
  const file = JSON.parse(readFileSync(store.blobFile(manifest.config.digest), 'utf8')) as ConfigFile
  return {
    ...emptyStage,
    layers: manifest.layers.map(({digest, mediaType = mediaTypes.gzipLayer, size}) => {
      const diffId = store.layers.facts(digest)?.diffId
      if (!diffId) throw new Error(`layer ${digest} is not unpacked`)
      return {digest, size, diffId, mediaType}
    }),
    onHost: onHost ?? false,
    settings: file.config ?? {},
    history: file.history ?? [],
    author: file.author,
    created: file.created,
  }
}

/** Tags are asked for again only where the build wants that. */
const recordOf = async (build: Build, name: string): Promise<ImageRecord> => {
  const {request, runtime, signal} = build
  const here = runtime.images.record(name)
  if (here && !request.pull) return here
  const {registry} = parseReference(name)
  const id = await runtime.images.pull(name, request.auths[registry], signal)
  const record = runtime.images.record(id)
  if (!record) throw new Error(`image "${name}" is not there after its pull`)
  return record
}

export const baseImage = async (build: Build, name: string): Promise<Stage> => {
  if (name === 'scratch') return emptyStage
  if (isHostImage(name)) {
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    return {...emptyStage, onHost: true, settings: {Env: [`PATH=${path}`], Cmd: ['/bin/sh'], WorkingDir: '/'}}
  }
  const record = await recordOf(build, name)
  build.hold(digestsOf(record))
  return stageOf(build, record)
}
