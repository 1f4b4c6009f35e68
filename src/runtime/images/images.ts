// The images that are here: `host`, and what was pulled, loaded or built.
import {readFileSync} from 'node:fs'
import type {Received} from '../../lib/cri/messages.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {hasCode} from '../../lib/node-error.ts'
import type {Credentials} from './credentials.ts'
import type {DiskUsage} from './disk-usage.ts'
import type {RegistrySettings} from './endpoints.ts'
import {hostImage, isHostImage} from './host-image.ts'
import type {RuntimeImage} from './image.ts'
import {type BlobProgress, PullProgress} from './progress.ts'
import {pullImage} from './pull.ts'
import {digestsOf, type ImageRecord} from './record.ts'
import {digestedName, fullName, parseReference, taggedName} from './reference.ts'
import {RegistryError} from './registry-error.ts'
import {ImageStore} from './store.ts'

const codeOf = (error: unknown): number => {
  if (error instanceof RegistryError && error.status === 404) return grpcCodes.notFound
  return hasCode(error, 'ENOSPC', 'EDQUOT') ? grpcCodes.resourceExhausted : grpcCodes.unknown
}

export const credentialsOf = (auth: Received<'AuthConfig'> | undefined): Credentials | undefined => {
  if (!auth) return undefined
  const [user = '', ...secret] = auth.auth ? Buffer.from(auth.auth, 'base64').toString().split(':') : []
  return {
    username: auth.username || user,
    password: auth.password || secret.join(':').replace(/\0+$/, ''),
    identityToken: auth.identityToken,
    registryToken: auth.registryToken,
  }
}

const messageOf = (error: unknown, folder: string): string => {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return `no space left on device: the disk of ${folder} is full`
  return error instanceof Error ? error.message : String(error)
}

export class Images {
  readonly store: ImageStore
  readonly settings: RegistrySettings
  readonly #owner: string
  readonly #pulls = new Map<string, PullProgress>()

  /** `owner` tells this runtime's containers from those of others that share the folder. */
  constructor(folder: string, settings: RegistrySettings, owner: string) {
    this.store = new ImageStore(folder)
    this.#owner = owner
    this.settings = settings
  }

  get folder(): string {
    return this.store.folder
  }

  /** By id, tag or digest; short names mean Docker Hub. */
  find(name: string): RuntimeImage | undefined {
    if (isHostImage(name)) return hostImage
    const record = this.record(name)
    return record && this.store.describe(record)
  }

  record(name: string): ImageRecord | undefined {
    const records = this.store.records()
    const byId = records.find(({id}) => id === name || id === `sha256:${name}`)
    if (byId || name === '' || /^sha256:/.test(name)) return byId
    try {
      const reference = parseReference(name)
      const {digest} = reference
      return digest
        ? records.find(({digests}) => digests.includes(digestedName(reference, digest)))
        : (records.find(({tags}) => tags.includes(taggedName(reference))) ?? onlyBeginning(records, name))
    } catch {
      return undefined // no name of an image at all
    }
  }

  list(): RuntimeImage[] {
    return [hostImage, ...this.store.records().map((record) => this.store.describe(record))]
  }

  /** Its layers stay while the container does, whoever removes the image; and those of the images it mounts. */
  hold(containerId: string, image: RuntimeImage, mounted: readonly RuntimeImage[] = []): void {
    const record = this.store.byId(image.id)
    const more = mounted.flatMap(({id}) => this.store.byId(id) ?? []).flatMap(digestsOf)
    if (record || more.length > 0)
      this.store.holds.keep(this.#holdOf(containerId), [...(record ? digestsOf(record) : []), ...more], record)
  }
  async release(containerId: string): Promise<void> {
    const name = this.#holdOf(containerId)
    const held = this.store.holds.record(name)
    this.store.holds.release(name)
    if (held && !this.store.byId(held.id)) await this.store.sweep()
  }
  #holdOf(containerId: string): string {
    return `container-${this.#owner}-${containerId}`
  }
  /** After a restart: what containers held that are no more, and what nothing uses. */
  async tidy(containerIds: readonly string[]): Promise<void> {
    const wanted = new Set(containerIds.map((id) => this.#holdOf(id)))
    for (const name of this.store.holds.names())
      if (name.startsWith(this.#holdOf('')) && !wanted.has(name)) this.store.holds.release(name)
    await this.store.sweep()
  }
  /** Of a container, also after it was removed from the list. */
  ofContainer({id, imageId}: {readonly id: string; readonly imageId: string}): RuntimeImage | undefined {
    const held = this.store.holds.record(this.#holdOf(id))
    return this.find(imageId) ?? (held && this.store.describe(held))
  }

  async pull(name: string, auth: Received<'AuthConfig'> | undefined, signal: AbortSignal): Promise<string> {
    if (isHostImage(name)) return hostImage.id
    const reference = parseReference(name)
    const progress = new PullProgress()
    this.#pulls.set(fullName(reference), progress)
    const {settings, store} = this
    try {
      const credentials = credentialsOf(auth)
      return (await pullImage({reference, store, settings, credentials, progress, signal})).id
    } catch (error) {
      const message = messageOf(error, store.folder)
      throw new GrpcError(codeOf(error), `failed to pull and unpack image "${fullName(reference)}": ${message}`, {
        cause: error,
      })
    } finally {
      if (this.#pulls.get(fullName(reference)) === progress) this.#pulls.delete(fullName(reference))
    }
  }

  /** Empty when nobody pulls it. */
  progress(name: string): readonly BlobProgress[] {
    return this.#pulls.get(fullName(parseReference(name)))?.blobs() ?? []
  }

  async remove(name: string): Promise<void> {
    const record = this.record(name)
    if (record) await this.store.remove(record)
  }

  /** Its configuration as it came, for those who look closely. */
  configFile(id: string): unknown {
    return this.store.byId(id) ? JSON.parse(readFileSync(this.store.blobFile(id), 'utf8')) : {}
  }

  /** Those without a name; `all`: every one that no container uses. */
  unused(all: boolean): ImageRecord[] {
    const used = new Set(this.store.holds.records().map(({id}) => id))
    return this.store.records().filter(({id, tags}) => !used.has(id) && (all || tags.length === 0))
  }

  /** An image without any other tag goes; so does one that is named by its id or digest. */
  async untag(record: ImageRecord, name: string): Promise<void> {
    const tag = /^sha256:|@/.test(name) ? undefined : taggedName(parseReference(name))
    const isTag = tag !== undefined && record.tags.includes(tag)
    if (!isTag || record.tags.length === 1) await this.store.remove(record)
    else this.store.untag(tag)
  }

  diskUsage(): DiskUsage {
    return this.store.diskUsage()
  }
}

/** As people copy it from a list. */
const onlyBeginning = (records: readonly ImageRecord[], name: string): ImageRecord | undefined => {
  if (!/^[a-f0-9]{4,64}$/.test(name)) return undefined
  const found = records.filter(({id}) => id.startsWith(`sha256:${name}`))
  return found.length === 1 ? found[0] : undefined
}
