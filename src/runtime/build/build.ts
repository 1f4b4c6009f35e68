// What all steps of one build share.
import type {BuildEvent, BuildRequest} from '../../lib/cri/image-tools.ts'
import type {Runtime} from '../runtime.ts'
import type {BuildCache} from './cache.ts'
import type {BuildContext} from './context.ts'
import {Scratch, type ScratchPlaces} from './scratch.ts'
import type {Stage} from './stage.ts'

export interface Build {
  readonly runtime: Runtime
  readonly request: BuildRequest
  readonly context: BuildContext
  readonly cache: BuildCache
  readonly usedKeys: Set<string>
  readonly places: ScratchPlaces
  readonly escapes: string
  readonly signal: AbortSignal
  /** Of stages that are finished, by name and number. */
  readonly stages: Map<string, Stage>
  /** Values for ARG that nobody declares in vain. */
  readonly usedArgs: Set<string>
  tell(event: BuildEvent): void
  /** Content that must stay until the build is over. */
  hold(digests: readonly string[]): void
}

export const withScratch = async <T>({places}: Build, use: (scratch: Scratch) => Promise<T>): Promise<T> => {
  await using scratch = new Scratch(places)
  return await use(scratch)
}

/** Unpacked, the topmost first. */
export const layerFolders = ({runtime}: Build, {layers, onHost}: Stage): string[] => {
  const own = layers.map(({digest}) => runtime.images.store.layers.folderOf(digest)).reverse()
  return onHost ? [...own, '/'] : own
}
