// Images from a file: what `docker save` writes, and what the OCI calls a layout (as an archive, or a folder).
import {
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import {newId} from '../ids.ts'
import {runProgram} from '../run-program.ts'
import {compressionOf} from './compression.ts'
import {digestOfBytes, digestOfFile} from './digest.ts'
import {type Descriptor, type Manifest, mediaTypes, readManifest} from './manifest.ts'
import type {ImageRecord} from './record.ts'
import {digestedName, parseReference, taggedName} from './reference.ts'
import type {ImageStore, Names} from './store.ts'

interface DockerEntry {
  readonly Config: string
  readonly RepoTags?: readonly string[] | null
  readonly Layers?: readonly string[] | null
}

interface Layout {
  readonly manifests: readonly (Descriptor & {readonly annotations?: Readonly<Record<string, string>>})[]
}

/** A name out of the archive, which may not lead out of it, through links either. */
const inside = (folder: string, name: string): string => {
  let path: string
  try {
    path = realpathSync(join(folder, name))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new Error(`${name} is missing in the archive`, {cause: error})
    throw error
  }
  if (!path.startsWith(`${realpathSync(folder)}/`)) throw new Error(`${name} is outside of the archive`)
  return path
}

const layerTypes = {gzip: mediaTypes.gzipLayer, zstd: mediaTypes.zstdLayer, none: mediaTypes.layer} as const

/** What an archive's images are added to, and what keeps them together until they are listed. */
class Loader {
  readonly #store: ImageStore
  readonly #folder: string
  /** Whether a name that another image has here is taken from it. */
  readonly #overwrite: boolean
  readonly #hold = `load-${newId().slice(0, 12)}`
  readonly #digests: string[] = []
  #release: Disposable | undefined

  constructor(store: ImageStore, folder: string, overwrite: boolean) {
    this.#store = store
    this.#overwrite = overwrite
    this.#folder = folder
  }

  #held(digest: string): void {
    this.#digests.push(digest)
    this.#release = this.#store.holds.forNow(this.#hold, this.#digests)
  }

  /** There whole or not at all. */
  async #keep(name: string, expected?: string): Promise<Descriptor> {
    const file = inside(this.#folder, name)
    const digest = await digestOfFile(file)
    if (expected && digest !== expected)
      throw new Error(`blob ${expected} has digest ${digest}: the archive is damaged`)
    this.#held(digest)
    const target = this.#store.blobFile(digest)
    if (!existsSync(target)) {
      const work = `${target}.${newId().slice(0, 12)}.part`
      copyFileSync(file, work, constants.COPYFILE_FICLONE)
      renameSync(work, target)
    }
    return {digest, size: statSync(file).size}
  }

  #keepBytes(bytes: Buffer): string {
    const digest = digestOfBytes(bytes)
    this.#held(digest)
    writeFileSync(this.#store.blobFile(digest), bytes)
    return digest
  }

  async #add(manifest: Manifest, digest: string, names: readonly Names[]): Promise<ImageRecord> {
    for (const layer of manifest.layers)
      await this.#store.layers.unpack(layer.digest, this.#store.blobFile(layer.digest))
    return this.#store.add(
      manifest,
      digest,
      names.filter(({tag}) => this.#overwrite || !this.#isTaken(tag)),
    )
  }

  #isTaken(tag: string | undefined): boolean {
    return this.#store.records().some(({tags}) => tag !== undefined && tags.includes(tag))
  }

  async docker(): Promise<string[]> {
    const entries = JSON.parse(readFileSync(inside(this.#folder, 'manifest.json'), 'utf8')) as DockerEntry[]
    const names: string[] = []
    for (const {Config, Layers, RepoTags} of entries) {
      const config = {...(await this.#keep(Config)), mediaType: mediaTypes.config}
      const layers: Descriptor[] = []
      for (const name of Layers ?? []) {
        const layer = await this.#keep(name)
        layers.push({...layer, mediaType: layerTypes[await compressionOf(this.#store.blobFile(layer.digest))]})
      }
      const manifest = {schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers}
      const digest = this.#keepBytes(Buffer.from(JSON.stringify(manifest)))
      const tags = (RepoTags ?? []).map((tag) => taggedName(parseReference(tag)))
      const record = await this.#add(
        manifest,
        digest,
        tags.map((tag) => ({tag})),
      )
      names.push(...(tags.length > 0 ? tags : [record.id]))
    }
    return names
  }

  async layout(): Promise<string[]> {
    const {manifests} = JSON.parse(readFileSync(inside(this.#folder, 'index.json'), 'utf8')) as Layout
    const names: string[] = []
    for (const {annotations = {}, digest: top} of manifests) {
      const {digest, manifest} = await this.#layoutManifest(top)
      for (const blob of [manifest.config, ...manifest.layers]) await this.#keep(blobName(blob.digest), blob.digest)
      const full = annotations['io.containerd.image.name']
      const reference = annotations['org.opencontainers.image.ref.name']
      // Some write a whole name there, others a tag only: without a repository that names nothing.
      const name = full ?? (reference && /[/:]/.test(reference) ? reference : undefined)
      const parsed = name === undefined ? undefined : parseReference(name)
      const given = parsed && {tag: taggedName(parsed), digest: digestedName(parsed, top)}
      const record = await this.#add(manifest, digest, given ? [given] : [])
      names.push(given?.tag ?? record.id)
    }
    return names
  }

  async #layoutManifest(digest: string): Promise<{manifest: Manifest; digest: string}> {
    await this.#keep(blobName(digest), digest)
    const read = readManifest(readFileSync(this.#store.blobFile(digest)))
    return 'next' in read ? this.#layoutManifest(read.next.digest) : {manifest: read.manifest, digest}
  }

  [Symbol.dispose](): void {
    this.#release?.[Symbol.dispose]()
  }
}

const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`

const loadFolder = async (store: ImageStore, folder: string, what: string, overwrite: boolean): Promise<string[]> => {
  using loader = new Loader(store, folder, overwrite)
  if (existsSync(join(folder, 'manifest.json'))) return await loader.docker()
  if (existsSync(join(folder, 'index.json'))) return await loader.layout()
  throw new Error(`${what} is neither an archive of 'docker save' nor an OCI layout`)
}

/** The names of what was in it. */
export const loadArchive = async (store: ImageStore, file: string, overwrite = true): Promise<string[]> => {
  if (statSync(file).isDirectory()) return loadFolder(store, file, file, overwrite)
  const folder = mkdtempSync(join(store.folder, 'load-'))
  try {
    await runProgram('tar', ['-x', '--no-same-owner', '-C', folder, '-f', file])
    return await loadFolder(store, folder, file, overwrite)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
