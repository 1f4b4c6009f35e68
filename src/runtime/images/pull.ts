// Pulls an image: its manifest for this platform, its blobs a few at a time, its layers unpacked.

import {writeFileSync} from 'node:fs'
import {isIP} from 'node:net'
import {type Descriptor, type Manifest, readManifest} from './manifest.ts'
import {digestedName, type Reference, taggedName} from './reference.ts'
import {type Credentials, Registry, RegistryError} from './registry.ts'
import type {ImageRecord, ImageStore} from './store.ts'

const AT_ONCE = 3
const MOST_INDEXES = 3

export interface PullSettings {
  /** `docker.io=http://127.0.0.1:5000`. */
  readonly mirrors: readonly string[]
  readonly insecureRegistries: readonly string[]
}

const isLoopback = (registry: string): boolean => {
  const host = registry.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return host === 'localhost' || (isIP(host) === 4 ? host.startsWith('127.') : host === '::1')
}

/** Where to ask, in order: mirrors, then the registry itself. */
export const endpointsOf = ({registry}: Reference, {insecureRegistries, mirrors}: PullSettings): string[] => {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const plain = isLoopback(registry) || insecureRegistries.includes(registry)
  const own = plain ? [`http://${host}`] : [`https://${host}`]
  const found = mirrors.flatMap((mirror) => {
    const equals = mirror.indexOf('=')
    return mirror.slice(0, equals) === registry ? [mirror.slice(equals + 1).replace(/\/$/, '')] : []
  })
  return [...found, ...own]
}

const resolve = async (
  registry: Registry,
  {digest, tag}: Reference,
): Promise<{manifest: Manifest; digest: string; top: string; bytes: Buffer}> => {
  let wanted = digest ?? tag ?? 'latest'
  let top = ''
  for (let depth = 0; depth < MOST_INDEXES; depth++) {
    const answer = await registry.manifest(wanted)
    top ||= answer.digest
    const read = readManifest(answer.bytes)
    if ('manifest' in read) return {manifest: read.manifest, digest: answer.digest, top, bytes: answer.bytes}
    wanted = read.next.digest
  }
  throw new Error('indexes of indexes go too deep')
}

/** A few at a time; the first failure ends it. */
const fetchAll = async (registry: Registry, store: ImageStore, blobs: readonly Descriptor[]): Promise<void> => {
  const waiting = [...new Map(blobs.map((blob) => [blob.digest, blob])).keys()]
  const worker = async (): Promise<void> => {
    for (let digest = waiting.shift(); digest; digest = waiting.shift())
      await registry.blob(digest, store.blobFile(digest))
  }
  await Promise.all(Array.from({length: AT_ONCE}, worker))
}

const pullFrom = async (
  base: string,
  reference: Reference,
  store: ImageStore,
  credentials: Credentials | undefined,
  signal: AbortSignal,
): Promise<ImageRecord> => {
  const registry = new Registry(base, reference.repository, credentials, signal)
  const {bytes, digest, manifest, top} = await resolve(registry, reference)
  await fetchAll(registry, store, [manifest.config, ...manifest.layers])
  writeFileSync(store.blobFile(digest), bytes)
  const record = await store.add(manifest, digest)
  store.name(record, {
    tag: reference.digest ? undefined : taggedName(reference),
    digest: digestedName(reference, top),
  })
  return record
}

export const pullImage = async (
  reference: Reference,
  store: ImageStore,
  settings: PullSettings,
  credentials: Credentials | undefined,
  signal: AbortSignal,
): Promise<ImageRecord> => {
  const endpoints = endpointsOf(reference, settings)
  for (const [index, base] of endpoints.entries())
    try {
      return await pullFrom(base, reference, store, credentials, signal)
    } catch (error) {
      // A mirror need not have it, nor be there.
      const isMirror = index < endpoints.length - 1
      if (!isMirror || signal.aborted) throw error
    }
  throw new RegistryError(404, 'no registry to ask')
}
