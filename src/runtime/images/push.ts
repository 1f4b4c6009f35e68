// Sends an image to the registry of its name: what the registry lacks, then the manifest. Layers that are not compressed
// here are on their way.
import {createHash} from 'node:crypto'
import {createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {createGzip} from 'node:zlib'
import type {Credentials} from './credentials.ts'
import {digestOfBytes, digestOfFile} from './digest.ts'
import {endpointsOf, type RegistrySettings} from './endpoints.ts'
import {type Descriptor, type Manifest, mediaTypes} from './manifest.ts'
import type {ImageRecord} from './record.ts'
import type {Reference} from './reference.ts'
import {Registry} from './registry.ts'
import {RegistryError} from './registry-error.ts'
import {refuseHost} from './save-archive.ts'
import type {ImageStore} from './store.ts'

export interface PushRequest {
  readonly reference: Reference
  readonly record: ImageRecord
  readonly store: ImageStore
  readonly settings: RegistrySettings
  readonly credentials: Credentials | undefined
  readonly signal: AbortSignal
}

interface Outgoing extends Descriptor {
  readonly file: string
}

const has = async (registry: Registry, digest: string): Promise<boolean> => {
  try {
    ;(await registry.patiently(registry.urlOf(`blobs/${digest}`), {method: 'HEAD'})).resume()
    return true
  } catch (error) {
    if (error instanceof RegistryError && error.status === 404) return false
    throw error
  }
}

const sendBlob = async (registry: Registry, {digest, file, size}: Outgoing): Promise<void> => {
  if (await has(registry, digest)) return
  const opened = await registry.patiently(registry.urlOf('blobs/uploads/'), {
    method: 'POST',
    headers: {'content-length': '0'},
  })
  opened.resume()
  const location = new URL(opened.headers.location ?? '', registry.urlOf('blobs/uploads/'))
  location.searchParams.set('digest', digest)
  const headers = {'content-type': 'application/octet-stream', 'content-length': String(size)}
  const done = await registry.patiently(location.href, {method: 'PUT', headers, body: () => createReadStream(file)})
  done.resume()
}

const compressed = async (store: ImageStore, layer: Descriptor, folder: string): Promise<Outgoing> => {
  const file = store.blobFile(layer.digest)
  if (layer.mediaType !== mediaTypes.layer) return {...layer, file}
  const packed = join(folder, createHash('sha256').update(layer.digest).digest('hex'))
  await pipeline(createReadStream(file), createGzip({level: 1}), createWriteStream(packed, {mode: 0o600}))
  const {size} = statSync(packed)
  return {mediaType: mediaTypes.gzipLayer, digest: await digestOfFile(packed), size, file: packed}
}

const withoutFile = ({file: _, ...descriptor}: Outgoing): Descriptor => descriptor

const send = async (registry: Registry, {record, reference, store}: PushRequest, folder: string): Promise<string> => {
  const {config, layers} = record.manifest
  const outgoing: Outgoing[] = []
  for (const layer of layers) {
    const blob = await compressed(store, layer, folder)
    await sendBlob(registry, blob)
    outgoing.push(blob)
  }
  await sendBlob(registry, {...config, file: store.blobFile(config.digest)})
  const isSame = outgoing.every(({digest}, index) => digest === layers[index]?.digest)
  // The manifest it came with, to the byte, where its layers are those.
  const known = readFileSync(store.blobFile(record.manifestDigest))
  const {mediaType} = JSON.parse(known.toString()) as {mediaType?: string}
  const manifest: Manifest = {...record.manifest, layers: outgoing.map(withoutFile)}
  const bytes = isSame ? known : Buffer.from(JSON.stringify(manifest))
  const headers = {
    'content-type': (isSame ? mediaType : undefined) ?? mediaTypes.manifest,
    'content-length': String(bytes.length),
  }
  const target = registry.urlOf(`manifests/${reference.tag ?? 'latest'}`)
  ;(await registry.patiently(target, {method: 'PUT', headers, body: bytes})).resume()
  return digestOfBytes(bytes)
}

/** Gives the digest of the manifest that is there now. */
export const pushImage = async (request: PushRequest): Promise<string> => {
  const {credentials, record, reference, settings, signal, store} = request
  refuseHost(record, 'pushed')
  const folder = mkdtempSync(join(store.folder, 'push-'))
  const problems: unknown[] = []
  try {
    for (const endpoint of endpointsOf(reference, settings).filter(({isMirror}) => !isMirror))
      try {
        const {repository} = reference
        const registry = new Registry({
          endpoint,
          repository,
          credentials,
          signal,
          silenceMs: settings.silenceMs,
          pushes: true,
        })
        return await send(registry, request, folder)
      } catch (error) {
        if (signal.aborted || (error instanceof RegistryError && error.status !== 400)) throw error
        problems.push(error)
      }
    throw problems[0]
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
