// Images on disk: blobs as they came, layers unpacked, and a list of images. The runtimes of all nodes of a profile share
// one folder: every change is made under a lock, and the list is read again when another process changed it.
import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {newId} from '../ids.ts'
import {readState, writeState} from '../state-file.ts'
import type {DiskUsage} from './disk-usage.ts'
import {lockNow} from './file-lock.ts'
import {Holds} from './holds.ts'
import type {RuntimeImage} from './image.ts'
import {hexOf, Layers} from './layers.ts'
import {type Descriptor, type Manifest, readConfigFile} from './manifest.ts'
import {digestsOf, type ImageRecord} from './record.ts'

const DAY_MS = 86_400_000

const stampOf = (file: string): string => {
  const stats = statSync(file, {bigint: true, throwIfNoEntry: false})
  return stats ? `${stats.ino} ${stats.mtimeNs} ${stats.size}` : ''
}

export interface Names {
  readonly tag?: string | undefined
  readonly digest?: string | undefined
}

const named = (record: ImageRecord, {digest, tag}: Names): ImageRecord => ({
  ...record,
  tags: tag && !record.tags.includes(tag) ? [...record.tags, tag] : record.tags,
  digests: digest && !record.digests.includes(digest) ? [...record.digests, digest] : record.digests,
})

const without = (record: ImageRecord, tag: string): ImageRecord =>
  record.tags.includes(tag) ? {...record, tags: record.tags.filter((name) => name !== tag)} : record

export class ImageStore {
  readonly folder: string
  readonly layers: Layers
  readonly holds: Holds
  #records: readonly ImageRecord[] = []
  #stamp = ''

  constructor(folder: string) {
    this.folder = folder
    for (const name of ['blobs', 'layers']) mkdirSync(join(folder, name), {recursive: true, mode: 0o711})
    for (const name of ['holds', 'locks', 'trash']) mkdirSync(join(folder, name), {recursive: true, mode: 0o700})
    this.layers = new Layers(join(folder, 'layers'), join(folder, 'locks'))
    this.holds = new Holds(join(folder, 'holds'))
  }

  get #list(): string {
    return join(this.folder, 'images.json')
  }
  blobFile(digest: string): string {
    return join(this.folder, 'blobs', hexOf(digest))
  }
  lockFile(name: string): string {
    return join(this.folder, 'locks', name)
  }

  records(): readonly ImageRecord[] {
    const stamp = stampOf(this.#list)
    if (stamp !== this.#stamp) {
      this.#records = readState<ImageRecord[]>(this.#list) ?? []
      this.#stamp = stamp
    }
    return this.#records
  }

  #change(change: (records: readonly ImageRecord[]) => readonly ImageRecord[]): void {
    using _ = lockNow(this.lockFile('list'))
    this.#stamp = ''
    writeState(this.#list, change(this.records()))
  }

  /** All blobs are here and all layers unpacked: checks that they belong together, and lists the image. */
  add(manifest: Manifest, manifestDigest: string, names: readonly Names[] = [], onHost = false): ImageRecord {
    const {config, diffIds} = readConfigFile(readFileSync(this.blobFile(manifest.config.digest)))
    this.#checkLayers(manifest.layers, diffIds)
    const id = manifest.config.digest
    this.#change((records) => {
      const tags = names.flatMap(({tag}) => tag ?? [])
      const known = records.find((record) => record.id === id)
      const fresh: ImageRecord = {
        id,
        manifest,
        manifestDigest,
        config,
        tags: [],
        digests: [],
        ...(onHost ? {onHost} : {}),
      }
      const record = names.reduce(named, known ?? fresh)
      const others = records.filter((other) => other.id !== id)
      return [...others.map((other) => tags.reduce(without, other)), record]
    })
    const record = this.byId(id)
    if (!record) throw new Error(`image ${id} was removed while it was added`)
    return record
  }

  #checkLayers(layers: readonly Descriptor[], diffIds: readonly string[]): void {
    if (layers.length !== diffIds.length)
      throw new Error(`the manifest has ${layers.length} layers, the configuration ${diffIds.length}`)
    for (const [index, {digest}] of layers.entries()) {
      const {diffId} = this.layers.facts(digest) ?? {}
      if (diffId !== diffIds[index])
        throw new Error(`layer ${digest} unpacks to ${diffId}, but the configuration says ${diffIds[index]}`)
    }
  }

  byId(id: string): ImageRecord | undefined {
    return this.records().find((record) => record.id === id)
  }

  /** A name points at one image: others lose it. */
  name({id}: ImageRecord, names: Names): void {
    this.#change((records) =>
      records.map((record) =>
        record.id === id ? named(record, names) : names.tag ? without(record, names.tag) : record,
      ),
    )
  }

  untag(tag: string): void {
    this.#change((records) => records.map((record) => without(record, tag)))
  }

  /** With its layers and blobs, unless something else uses them. */
  async remove({id}: ImageRecord): Promise<void> {
    this.#change((records) => records.filter((record) => record.id !== id))
    await this.sweep()
  }

  #manifestSize(digest: string): number {
    return statSync(this.blobFile(digest), {throwIfNoEntry: false})?.size ?? 0
  }

  describe({config, digests, id, manifest, manifestDigest, onHost, tags}: ImageRecord): RuntimeImage {
    const layers = manifest.layers.map(({digest}) => this.layers.folderOf(digest)).reverse()
    return {
      id,
      config,
      repoTags: [...tags].sort(),
      repoDigests: [...digests].sort(),
      size:
        manifest.layers.reduce((sum, {size}) => sum + size, manifest.config.size) + this.#manifestSize(manifestDigest),
      layers: onHost ? [...layers, '/'] : layers,
      onHost: onHost ?? false,
      pinned: false,
    }
  }

  /** Blobs and unpacked layers, as du counts. */
  diskUsage(): DiskUsage {
    let [bytes, inodes] = [0, 0]
    for (const name of readdirSync(join(this.folder, 'blobs'))) {
      const stats = statSync(join(this.folder, 'blobs', name), {throwIfNoEntry: false})
      if (stats) [bytes, inodes] = [bytes + stats.blocks * 512, inodes + 1]
    }
    for (const name of readdirSync(this.layers.folder).filter((entry) => entry.endsWith('.json'))) {
      const facts = readState<DiskUsage>(join(this.layers.folder, name))
      if (facts) [bytes, inodes] = [bytes + facts.bytes, inodes + facts.inodes]
    }
    return {bytes, inodes}
  }

  /** Removes what no image, container, pull or build uses. */
  async sweep(): Promise<void> {
    this.#moveUnused()
    const trash = join(this.folder, 'trash')
    for (const name of readdirSync(trash)) await rm(join(trash, name), {recursive: true, force: true, maxRetries: 3})
  }

  #moveUnused(): void {
    using _ = lockNow(this.lockFile('list'))
    const used = this.holds.digests()
    for (const record of this.records()) for (const digest of digestsOf(record)) used.add(digest)
    const blobs = new Set([...used].map(hexOf))
    const layers = new Set([...used].map((digest) => this.layers.nameOf(digest)))
    this.#moveAway('blobs', ([name = '']) => blobs.has(name))
    this.#moveAway('layers', ([name = '']) => layers.has(name))
  }

  /** Names end at the first dot. What is half there stays for a day: a pull may go on with it. */
  #moveAway(place: 'blobs' | 'layers', isUsed: (parts: readonly string[]) => boolean): void {
    for (const name of readdirSync(join(this.folder, place))) {
      const path = join(this.folder, place, name)
      if (isUsed(name.split('.'))) continue
      const stats = statSync(path, {throwIfNoEntry: false})
      if (!stats || (name.includes('.part') && Date.now() - stats.mtimeMs < DAY_MS)) continue
      renameSync(path, join(this.folder, 'trash', newId()))
    }
  }

  /** A download that was given up for good. */
  forget(digest: string): void {
    rmSync(this.blobFile(digest), {force: true})
  }
}
