// The images that are here: `host`, and what was pulled or loaded.
import type {Received} from '../../lib/cri/messages.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {hostImage, isHostImage} from './host-image.ts'
import type {RuntimeImage} from './image.ts'
import {type PullSettings, pullImage} from './pull.ts'
import {digestedName, parseReference, taggedName} from './reference.ts'
import {RegistryError} from './registry.ts'
import {type ImageRecord, ImageStore} from './store.ts'

const codeOf = (error: unknown): number => {
  if (error instanceof RegistryError && error.status === 404) return grpcCodes.notFound
  if (error instanceof RegistryError && (error.status === 401 || error.status === 403))
    return grpcCodes.permissionDenied
  return grpcCodes.unknown
}

export class Images {
  readonly store: ImageStore
  readonly #settings: PullSettings

  constructor(folder: string, settings: PullSettings) {
    this.store = new ImageStore(folder)
    this.#settings = settings
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
        : records.find(({tags}) => tags.includes(taggedName(reference)))
    } catch {
      return undefined // no name of an image at all
    }
  }

  list(): RuntimeImage[] {
    return [hostImage, ...this.store.records().map((record) => this.store.describe(record))]
  }

  async pull(name: string, auth: Received<'AuthConfig'> | undefined, signal: AbortSignal): Promise<string> {
    if (isHostImage(name)) return hostImage.id
    const [user, ...secret] = auth?.auth ? Buffer.from(auth.auth, 'base64').toString().split(':') : []
    const credentials = auth && {
      username: auth.username || (user ?? ''),
      password: auth.password || secret.join(':'),
      identityToken: auth.identityToken,
    }
    try {
      const record = await pullImage(parseReference(name), this.store, this.#settings, credentials, signal)
      return record.id
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new GrpcError(codeOf(error), `failed to pull and unpack image "${name}": ${message}`, {cause: error})
    }
  }

  async remove(name: string): Promise<void> {
    const record = this.record(name)
    if (record) this.store.remove(record)
  }

  diskUsage(): {usedBytes: number; files: number} {
    return this.store.diskUsage()
  }
}
