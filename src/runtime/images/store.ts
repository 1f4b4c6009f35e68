// Images on disk: blobs as they came, layers unpacked once whoever uses them, and a list of images.
import {mkdirSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {readState, writeState} from '../state-file.ts'
import type {ImageConfig, RuntimeImage} from './image.ts'
import type {Manifest} from './manifest.ts'
import {readConfig} from './manifest.ts'
import {unpackLayer} from './unpack.ts'

export interface ImageRecord {
  readonly id: string
  readonly manifest: Manifest
  readonly manifestDigest: string
  readonly config: ImageConfig
  tags: string[]
  digests: string[]
}

const hexOf = (digest: string): string => {
  if (!/^sha256:[a-f0-9]{64}$/.test(digest)) throw new Error(`unsupported digest ${digest}`)
  return digest.slice('sha256:'.length)
}

const digestsOf = ({manifest, manifestDigest}: ImageRecord): string[] => [
  manifestDigest,
  manifest.config.digest,
  ...manifest.layers.map(({digest}) => digest),
]

export class ImageStore {
  readonly folder: string
  readonly #records: ImageRecord[]
  /** Two images with a layer in common unpack it once. */
  readonly #unpacking = new Map<string, Promise<void>>()

  constructor(folder: string) {
    this.folder = folder
    for (const name of ['blobs', 'layers']) mkdirSync(join(folder, name), {recursive: true, mode: 0o711})
    this.#records = readState<ImageRecord[]>(this.#list) ?? []
  }

  get #list(): string {
    return join(this.folder, 'images.json')
  }
  blobFile(digest: string): string {
    return join(this.folder, 'blobs', hexOf(digest))
  }
  layerFolder(digest: string): string {
    return join(this.folder, 'layers', hexOf(digest).slice(0, 24))
  }
  records(): readonly ImageRecord[] {
    return this.#records
  }

  /** All blobs are there: unpacks what is not, in order, and lists the image. */
  async add(manifest: Manifest, manifestDigest: string): Promise<ImageRecord> {
    const config = readConfig(readFileSync(this.blobFile(manifest.config.digest)))
    const lower: string[] = []
    for (const {digest} of manifest.layers) {
      const folder = this.layerFolder(digest)
      await this.#unpackOnce(digest, [...lower])
      lower.unshift(folder)
    }
    const id = manifest.config.digest
    const known = this.#records.find((record) => record.id === id)
    if (known) return known
    const record: ImageRecord = {id, manifest, manifestDigest, config, tags: [], digests: []}
    this.#records.push(record)
    this.#save()
    return record
  }

  /** A name points at one image: others lose it. */
  name(record: ImageRecord, {digest, tag}: {tag?: string | undefined; digest?: string | undefined}): void {
    if (tag) {
      for (const other of this.#records) other.tags = other.tags.filter((name) => name !== tag)
      record.tags.push(tag)
    }
    if (digest && !record.digests.includes(digest)) record.digests.push(digest)
    this.#save()
  }

  untag(record: ImageRecord, name: string): void {
    record.tags = record.tags.filter((tag) => tag !== name)
    this.#save()
  }

  /** With its layers and blobs, unless another image uses them. */
  remove(record: ImageRecord): void {
    const index = this.#records.indexOf(record)
    if (index >= 0) this.#records.splice(index, 1)
    this.#save()
    const used = new Set(this.#records.flatMap(digestsOf))
    for (const digest of digestsOf(record)) {
      if (used.has(digest)) continue
      rmSync(this.blobFile(digest), {force: true})
      rmSync(this.layerFolder(digest), {recursive: true, force: true})
    }
  }

  describe({config, digests, id, manifest, tags}: ImageRecord): RuntimeImage {
    return {
      id,
      config,
      repoTags: tags,
      repoDigests: digests,
      size: manifest.layers.reduce((sum, {size}) => sum + size, manifest.config.size),
      layers: manifest.layers.map(({digest}) => this.layerFolder(digest)).reverse(),
      pinned: false,
    }
  }

  diskUsage(): {usedBytes: number; files: number} {
    const sizes = readdirSync(join(this.folder, 'blobs')).map((name) => statSync(join(this.folder, 'blobs', name)).size)
    return {usedBytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length}
  }

  async #unpackOnce(digest: string, lower: readonly string[]): Promise<void> {
    const running = this.#unpacking.get(digest) ?? unpackLayer(this.blobFile(digest), this.layerFolder(digest), lower)
    this.#unpacking.set(digest, running)
    try {
      await running
    } finally {
      this.#unpacking.delete(digest)
    }
  }

  #save(): void {
    writeState(this.#list, this.#records)
  }
}
