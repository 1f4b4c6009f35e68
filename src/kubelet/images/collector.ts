// Removes images when the disk that holds them fills up, and those that nobody has used for too long.
import {existsSync, statfsSync} from 'node:fs'
import {nodes} from '../../api/resources.ts'
import {durationMs} from '../config.ts'
import {every} from '../every.ts'
import type {Kubelet} from '../kubelet.ts'
import {bytesOver, imagesToRemove, type KnownImage} from './collect.ts'

const EVERY_MS = 300_000

interface Seen {
  readonly firstSeenMs: number
  lastUsedMs: number
}

export class ImageCollector {
  readonly #kubelet: Kubelet
  readonly #seen = new Map<string, Seen>()

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet
  }

  run(): Promise<void> {
    return every(this.#kubelet.options, EVERY_MS, 'image collection', () => this.collect())
  }

  /** By the configured thresholds. Gives how many bytes it freed. */
  async collect(): Promise<number> {
    const {config} = this.#kubelet
    const fs = await this.#filesystem()
    const bytesToFree = fs
      ? bytesOver(fs, {
          highPercent: config.imageGCHighThresholdPercent,
          lowPercent: config.imageGCLowThresholdPercent,
        })
      : 0
    const freed = await this.#remove(bytesToFree)
    if (freed < bytesToFree)
      await this.#complain(
        'FreeDiskSpaceFailed',
        `Failed to garbage collect required amount of images. Attempted to free ${bytesToFree} bytes, but only found ${freed} bytes eligible to free.`,
      )
    return freed
  }

  /** Everything nobody uses, however much room there is. */
  async removeUnused(): Promise<number> {
    return this.#remove(Number.MAX_SAFE_INTEGER)
  }

  async #filesystem(): Promise<{availableBytes: number; capacityBytes: number} | undefined> {
    const {imageFilesystems} = await this.#kubelet.cri.ImageService.ImageFsInfo({})
    const mountpoint = imageFilesystems[0]?.fsId?.mountpoint
    if (!mountpoint || !existsSync(mountpoint)) return undefined
    const {bavail, blocks, bsize} = statfsSync(mountpoint)
    return {availableBytes: bavail * bsize, capacityBytes: blocks * bsize}
  }

  async #known(nowMs: number): Promise<KnownImage[]> {
    const {ImageService, RuntimeService} = this.#kubelet.cri
    const [{images}, {containers}] = await Promise.all([ImageService.ListImages({}), RuntimeService.ListContainers({})])
    const used = new Set(containers.flatMap(({image, imageId, imageRef}) => [imageId, imageRef, image?.image ?? '']))
    const mounted = this.#kubelet.volumes.imagesInUse()
    for (const id of this.#seen.keys()) if (!images.some((image) => image.id === id)) this.#seen.delete(id)
    return images.map(({id, pinned, repoDigests, repoTags, size}) => {
      const seen = this.#seen.get(id) ?? {firstSeenMs: nowMs, lastUsedMs: 0}
      this.#seen.set(id, seen)
      const names = [id, ...repoDigests, ...repoTags]
      const inUse = names.some((name) => used.has(name) || mounted.has(name))
      if (inUse) seen.lastUsedMs = nowMs
      return {id, size, pinned, inUse, ...seen}
    })
  }

  async #remove(bytesToFree: number): Promise<number> {
    const {config, cri, options} = this.#kubelet
    const nowMs = options.clock.now()
    const going = imagesToRemove(await this.#known(nowMs), {
      nowMs,
      bytesToFree,
      minAgeMs: durationMs(config.imageMinimumGCAge),
      maxAgeMs: durationMs(config.imageMaximumGCAge),
    })
    let freed = 0
    for (const {id, size} of going)
      try {
        await cri.ImageService.RemoveImage({image: {image: id}}, {signal: options.signal})
        this.#seen.delete(id)
        freed += size
        options.logger.info('image removed to make room', {image: id, size})
      } catch (error) {
        options.logger.warn('image not removed', {image: id, error})
      }
    return freed
  }

  async #complain(reason: string, message: string): Promise<void> {
    const {events, options} = this.#kubelet
    const node = await options.client.get(nodes, {name: options.nodeName}, {signal: options.signal})
    events.record({...node, metadata: {...node.metadata, uid: options.nodeName}}, 'Warning', reason, message)
  }
}
