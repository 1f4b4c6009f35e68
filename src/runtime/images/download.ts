// A blob from a registry: once for all who want it, checked while it comes, taken up again where it broke off.
import {createHash} from 'node:crypto'
import {createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync} from 'node:fs'
import {Transform} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {setTimeout as wait} from 'node:timers/promises'
import {hasCode} from '../../lib/node-error.ts'
import {lock} from './file-lock.ts'
import type {Descriptor} from './manifest.ts'
import type {Registry} from './registry.ts'
import {RegistryError} from './registry-error.ts'
import {lockAmongProfiles, takeFromSibling} from './sibling-blobs.ts'
import type {ImageStore} from './store.ts'

/** Without a new byte. */
const ATTEMPTS = 5
const RETRY_MS = 100

/** Told how many bytes are there in all. */
export type Received = (bytes: number) => void

const sizeOf = (file: string): number => statSync(file, {throwIfNoEntry: false})?.size ?? 0

/** What is there already is part of the digest. */
const hashOf = async (file: string) => {
  const hash = createHash('sha256')
  if (existsSync(file)) for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash
}

/** One try: gives the digest of all there is then. */
const download = async (
  registry: Registry,
  {digest, size}: Descriptor,
  part: string,
  received: Received,
  signal: AbortSignal,
): Promise<string> => {
  let have = sizeOf(part)
  if (have >= size && have > 0) return (await hashOf(part)).digest('hex')
  const headers = have > 0 ? {range: `bytes=${have}-`} : undefined
  const response = await registry.send(registry.urlOf(`blobs/${digest}`), {signal, ...(headers ? {headers} : {})})
  const resumes = response.statusCode === 206
  if (!resumes) have = 0
  const hash = resumes ? await hashOf(part) : createHash('sha256')
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      have += chunk.length
      if (have > size)
        return done(new RegistryError(200, `blob ${digest} is longer than the ${size} bytes of its manifest`))
      hash.update(chunk)
      received(have)
      done(null, chunk)
    },
  })
  await pipeline(response, check, createWriteStream(part, {flags: resumes ? 'a' : 'w', mode: 0o600}), {signal})
  if (!response.complete || have < size) throw new Error(`the connection was lost after ${have} of ${size} bytes`)
  return hash.digest('hex')
}

const untilWhole = async (
  registry: Registry,
  blob: Descriptor,
  part: string,
  received: Received,
  signal: AbortSignal,
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    const before = sizeOf(part)
    try {
      const digest = `sha256:${await download(registry, blob, part, received, signal)}`
      if (digest === blob.digest) return
      rmSync(part)
      throw new RegistryError(200, `blob ${blob.digest} has digest ${digest}: it was changed on its way`)
    } catch (error) {
      if (error instanceof RegistryError || signal.aborted || hasCode(error, 'ENOSPC', 'EDQUOT', 'EROFS')) throw error
      if (sizeOf(part) > before) attempt = 1
      if (attempt === ATTEMPTS) throw error
      await wait(RETRY_MS * attempt, undefined, {signal})
    }
  }
}

const noLock: Disposable = {[Symbol.dispose]: () => undefined}

export interface BlobRequest {
  readonly registry: Registry
  readonly blob: Descriptor
  readonly store: ImageStore
  /** The folder of all profiles. */
  readonly home: string | undefined
  readonly received: Received
  readonly signal: AbortSignal
}

export const downloadBlob = async ({blob, home, received, registry, signal, store}: BlobRequest): Promise<void> => {
  const file = store.blobFile(blob.digest)
  using _own = await lock(store.lockFile(`blob-${blob.digest.slice('sha256:'.length)}`), signal)
  if (existsSync(file)) return
  using _all = home === undefined ? noLock : await lockAmongProfiles(home, blob.digest, signal)
  if (home !== undefined && (await takeFromSibling(home, blob.digest, file))) return
  const part = `${file}.part`
  try {
    await untilWhole(registry, blob, part, received, signal)
  } catch (error) {
    // A full disk is not helped by half a blob.
    if (hasCode(error, 'ENOSPC')) rmSync(part, {force: true})
    throw error
  }
  renameSync(part, file)
}
