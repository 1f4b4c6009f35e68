// What CRI has no words for: images from files and to files, to registries, further names, builds. JSON in, JSON out, on
// the same socket: `/mini.v1.ImageTools/Load`, and so on (src/lib/cri/image-tools.ts says what each takes).
import type {ImageToolCalls, ImageToolStreams} from '../../lib/cri/image-tools.ts'
import type {GrpcMethod, GrpcMethods} from '../../lib/grpc/server.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {BuildError} from '../build/build-error.ts'
import {BuildCache} from '../build/cache.ts'
import {eventsOf} from '../build/events.ts'
import {hostImage, isHostImage} from '../images/host-image.ts'
import {credentialsOf, type Images} from '../images/images.ts'
import {loadArchive} from '../images/load-archive.ts'
import {pushImage} from '../images/push.ts'
import type {ImageRecord} from '../images/record.ts'
import {digestedName, parseReference, taggedName} from '../images/reference.ts'
import {saveArchive} from '../images/save-archive.ts'
import type {Runtime} from '../runtime.ts'

const needRecord = (images: Images, name: string): ImageRecord => {
  const record = images.record(name)
  if (record) return record
  if (isHostImage(name))
    throw new GrpcError(
      grpcCodes.invalidArgument,
      `image "${hostImage.repoTags[0]}" is this machine itself: it has no file`,
    )
  throw new GrpcError(grpcCodes.notFound, `image "${name}" not found`)
}

type Calls = {
  readonly [Name in keyof ImageToolCalls]: (
    request: ImageToolCalls[Name]['request'],
    signal: AbortSignal,
  ) => Promise<ImageToolCalls[Name]['answer']>
}
type Streams = {
  readonly [Name in keyof ImageToolStreams]: (
    request: ImageToolStreams[Name]['request'],
    signal: AbortSignal,
  ) => AsyncIterable<ImageToolStreams[Name]['answer']>
}

const callsOf = ({images}: Runtime): Calls => ({
  Load: async ({file, overwrite = true}) => ({names: await loadArchive(images.store, file, overwrite)}),
  Save: async ({file, names}) => {
    await saveArchive(
      images.store,
      names.map((name) => needRecord(images, name)),
      file,
    )
    return {}
  },
  Tag: async ({source, target}) => {
    images.store.name(needRecord(images, source), {tag: taggedName(parseReference(target))})
    return {}
  },
  Untag: async ({name}) => {
    await images.untag(needRecord(images, name), name)
    return {}
  },
  Push: async ({auth, name}, signal) => {
    const reference = parseReference(name)
    const record = needRecord(images, name)
    const {settings, store} = images
    try {
      const credentials = auth && credentialsOf(auth)
      const digest = await pushImage({reference, record, store, settings, credentials, signal})
      store.name(record, {digest: digestedName(reference, digest)})
      return {digest}
    } catch (error) {
      throw new Error(
        `failed to push image "${taggedName(reference)}": ${error instanceof Error ? error.message : error}`,
        {cause: error},
      )
    }
  },
  Progress: async ({name}) => ({blobs: images.progress(name)}),
  Prune: async ({all}) => {
    const before = images.diskUsage().bytes
    new BuildCache(images.store).clear()
    const unused = images.unused(all)
    for (const record of unused) await images.store.remove(record)
    await images.store.sweep()
    return {removed: unused.map(({id, tags}) => tags[0] ?? id), freedBytes: before - images.diskUsage().bytes}
  },
})

const streamsOf = (runtime: Runtime): Streams => ({
  Build: (request, signal) => eventsOf(runtime, request, signal),
})

const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString() || '{}')
const packed = (value: object): Buffer => Buffer.from(JSON.stringify(value))

const refusal = (error: unknown): unknown =>
  error instanceof BuildError ? new GrpcError(grpcCodes.invalidArgument, error.message, {cause: error}) : error

async function* packedEach(values: AsyncIterable<object>): AsyncGenerator<Uint8Array> {
  try {
    for await (const value of values) yield packed(value)
  } catch (error) {
    throw refusal(error)
  }
}

type AnyCall = (request: unknown, signal: AbortSignal) => Promise<object>
type AnyStream = (request: unknown, signal: AbortSignal) => AsyncIterable<object>

export const imageToolMethods = (runtime: Runtime): GrpcMethods => {
  const methods = new Map<string, GrpcMethod>()
  for (const [name, call] of Object.entries(callsOf(runtime) as unknown as Record<string, AnyCall>))
    methods.set(`/mini.v1.ImageTools/${name}`, {
      stream: false,
      call: async (bytes, {signal}) => packed(await call(parsed(bytes), signal)),
    })
  for (const [name, open] of Object.entries(streamsOf(runtime) as unknown as Record<string, AnyStream>))
    methods.set(`/mini.v1.ImageTools/${name}`, {
      stream: true,
      call: (bytes, {signal}) => packedEach(open(parsed(bytes), signal)),
    })
  return methods
}
