// A step that makes a layer: from the cache, or by doing its work in an upper folder.
import type {Build} from './build.ts'
import {layerFolders, withScratch} from './build.ts'
import {cacheKey} from './cache.ts'
import {packLayer} from './pack-layer.ts'
import type {Scratch} from './scratch.ts'
import {noted, type Stage} from './stage.ts'

export interface LayerStep {
  /** As the progress shows it: `[2/5] RUN make`. */
  readonly title: string
  readonly createdBy: string
  /** Everything the result depends on, beside the layers below. */
  readonly inputs: object
  /** It may remove folders and make them anew. */
  readonly removes?: boolean
  work(scratch: Scratch, layers: readonly string[]): Promise<void>
}

export const layerStep = async (build: Build, stage: Stage, step: LayerStep): Promise<Stage> => {
  const {cache, request, runtime, signal, usedKeys} = build
  const key = cacheKey(stage, step.inputs)
  usedKeys.add(key)
  const known = request.noCache ? undefined : cache.find(key)
  build.tell({type: 'step', name: step.title, cached: known !== undefined})
  if (known) {
    if (known.layer) build.hold([known.layer.digest])
    return noted(stage, step.createdBy, known)
  }
  const layers = layerFolders(build, stage)
  const layer = await withScratch(build, async (scratch) => {
    await step.work(scratch, layers)
    const hold = (digest: string): void => build.hold([digest])
    return packLayer(runtime.images.store, scratch, {layers, removes: step.removes ?? false, signal, hold})
  })
  const made = {layer, created: new Date().toISOString()}
  cache.keep(key, made)
  return noted(stage, step.createdBy, made)
}
