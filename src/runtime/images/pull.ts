// Pulls an image: its manifest for this platform, its blobs a few at a time, each layer unpacked as soon as it is there.
import {writeFileSync} from 'node:fs'
import {newId} from '../ids.ts'
import type {Credentials} from './credentials.ts'
import {downloadBlob} from './download.ts'
import {type Endpoint, endpointsOf, type RegistrySettings} from './endpoints.ts'
import {type Descriptor, type Manifest, readManifest} from './manifest.ts'
import type {PullProgress} from './progress.ts'
import {digestsOf, type ImageRecord} from './record.ts'
import {digestedName, fullName, type Reference, taggedName} from './reference.ts'
import {Registry} from './registry.ts'
import {RegistryError} from './registry-error.ts'
import type {ImageStore} from './store.ts'

const AT_ONCE = 3
const MOST_INDEXES = 3

interface Resolved {
  readonly manifest: Manifest
  readonly digest: string
  readonly bytes: Buffer
  /** Of what the name stands for: often an index. */
  readonly top: string
}

const resolve = async (registry: Registry, {digest, tag}: Reference): Promise<Resolved> => {
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

/** A few at a time; the first failure ends the others. */
const eachAFew = async <T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const waiting = [...items]
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      either.throwIfAborted()
      await work(item, either)
    }
  }
  const workers = Array.from({length: AT_ONCE}, () =>
    worker().catch((error) => {
      if (!failed.signal.aborted) failed.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(workers)
  failed.signal.throwIfAborted()
}

export interface PullRequest {
  readonly reference: Reference
  readonly store: ImageStore
  readonly settings: RegistrySettings
  readonly credentials: Credentials | undefined
  readonly progress: PullProgress
  readonly signal: AbortSignal
}

/** A tag that still stands for what is here costs one small question. */
const present = async (registry: Registry, {reference, store}: PullRequest): Promise<ImageRecord | undefined> => {
  const top = reference.digest ?? (await registry.digestOf(reference.tag ?? 'latest'))
  const known = top && store.records().find(({digests}) => digests.includes(digestedName(reference, top)))
  if (!known) return undefined
  if (!reference.digest) store.name(known, {tag: taggedName(reference)})
  return known
}

/** What the name stands for, or that it is here already. */
const resolved = async (
  registry: Registry,
  request: PullRequest,
): Promise<Resolved | {readonly record: ImageRecord}> => {
  const {reference, signal} = request
  try {
    const record = await present(registry, request)
    return record ? {record} : await resolve(registry, reference)
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error
    const name = fullName(reference)
    const what = error instanceof RegistryError && error.status === 404 ? `${name}: not found` : error.message
    const message = `failed to resolve reference "${name}": ${what}`
    throw error instanceof RegistryError
      ? new RegistryError(error.status, message, {cause: error})
      : new Error(message, {cause: error})
  }
}

const pullFrom = async (endpoint: Endpoint, request: PullRequest): Promise<ImageRecord> => {
  const {progress, reference, settings, signal, store} = request
  const credentials = endpoint.isMirror ? undefined : request.credentials
  const {silenceMs} = settings
  const registry = new Registry({endpoint, repository: reference.repository, credentials, signal, silenceMs})
  const found = await resolved(registry, request)
  if ('record' in found) return found.record
  const {bytes, digest, manifest, top} = found
  using _ = store.holds.forNow(`pull-${newId().slice(0, 12)}`, digestsOf({manifest, manifestDigest: digest}))
  const layers = new Set(manifest.layers.map((layer) => layer.digest))
  const blobs = [...new Map([manifest.config, ...manifest.layers].map((blob) => [blob.digest, blob])).values()]
  progress.begin(blobs)
  await eachAFew(blobs, signal, async (blob: Descriptor, either) => {
    const received = (bytes: number): void => progress.received(blob.digest, bytes)
    await downloadBlob({registry, blob, store, home: settings.home, received, signal: either})
    if (layers.has(blob.digest)) {
      progress.unpacking(blob.digest)
      await store.layers.unpack(blob.digest, store.blobFile(blob.digest), either)
    }
    progress.done(blob.digest)
  })
  writeFileSync(store.blobFile(digest), bytes)
  const tag = reference.digest ? undefined : taggedName(reference)
  return store.add(manifest, digest, [{tag, digest: digestedName(reference, top)}])
}

/** What a refusal of the registry itself says is the answer; a connection that fails may do better elsewhere. */
export const pullImage = async (request: PullRequest): Promise<ImageRecord> => {
  const problems: unknown[] = []
  for (const endpoint of endpointsOf(request.reference, request.settings))
    try {
      return await pullFrom(endpoint, request)
    } catch (error) {
      if (request.signal.aborted) throw error
      if (!endpoint.isMirror && error instanceof RegistryError && error.status !== 400) throw error
      if (!endpoint.isMirror) problems.push(error)
    }
  throw problems[0]
}
