// What mini-cri can do with images beyond CRI (src/runtime/services/image-tools.ts): the calls, and their client.
import {type GrpcCallOptions, GrpcClient} from '../grpc/client.ts'
import type {Received} from './messages.ts'

type AuthConfig = Received<'AuthConfig'>

export interface BlobProgress {
  readonly digest: string
  readonly size: number
  readonly received: number
  readonly state: 'waiting' | 'downloading' | 'unpacking' | 'done'
}

export interface BuildRequest {
  /** A folder of this machine; absent: nothing to copy from. */
  readonly context?: string | undefined
  readonly dockerfile: {readonly name: string; readonly text: string}
  /** .dockerignore's text, where there is one. */
  readonly ignore?: string | undefined
  readonly tags: readonly string[]
  readonly buildArgs: Readonly<Record<string, string>>
  readonly target?: string | undefined
  readonly noCache: boolean
  /** Ask the registry for base images that are here. */
  readonly pull: boolean
  readonly network: 'default' | 'host' | 'none'
  /** By registry. */
  readonly auths: Readonly<Record<string, AuthConfig>>
}

export type BuildEvent =
  | {readonly type: 'step'; readonly name: string; readonly cached: boolean}
  | {readonly type: 'output'; readonly text: string}
  | {readonly type: 'warning'; readonly text: string}
  | {readonly type: 'result'; readonly id: string; readonly names: readonly string[]}

type Nothing = Readonly<Record<never, never>>

export interface ImageToolCalls {
  /** An archive of `docker save`, or an OCI layout as an archive or a folder. Gives the names in it. */
  Load: {request: {readonly file: string; readonly overwrite?: boolean}; answer: {readonly names: readonly string[]}}
  Save: {request: {readonly names: readonly string[]; readonly file: string}; answer: Nothing}
  Tag: {request: {readonly source: string; readonly target: string}; answer: Nothing}
  /** Takes a name away; the image stays as long as it has another. */
  Untag: {request: {readonly name: string}; answer: Nothing}
  /** To the registry of its name. */
  Push: {request: {readonly name: string; readonly auth?: AuthConfig | undefined}; answer: {readonly digest: string}}
  /** Of a pull that goes on. */
  Progress: {request: {readonly name: string}; answer: {readonly blobs: readonly BlobProgress[]}}
  /** Images without a name (`all`: that no container uses), and what builds kept. */
  Prune: {
    request: {readonly all: boolean}
    answer: {readonly removed: readonly string[]; readonly freedBytes: number}
  }
}

export interface ImageToolStreams {
  Build: {request: BuildRequest; answer: BuildEvent}
}

export interface ImageTools extends Disposable {
  call<Name extends keyof ImageToolCalls>(
    name: Name,
    request: ImageToolCalls[Name]['request'],
    options?: GrpcCallOptions,
  ): Promise<ImageToolCalls[Name]['answer']>
  stream<Name extends keyof ImageToolStreams>(
    name: Name,
    request: ImageToolStreams[Name]['request'],
    options?: GrpcCallOptions,
  ): AsyncIterable<ImageToolStreams[Name]['answer']>
}

const pack = (request: object): Buffer => Buffer.from(JSON.stringify(request))
const unpack = <Answer>(bytes: Uint8Array): Answer => JSON.parse(Buffer.from(bytes).toString()) as Answer

export const createImageTools = (socketPath: string): ImageTools => {
  const grpc = new GrpcClient(socketPath)
  return {
    call: async (name, request, options) =>
      unpack(await grpc.unary(`/mini.v1.ImageTools/${name}`, pack(request), options)),
    stream: async function* (name, request, options) {
      for await (const bytes of grpc.stream(`/mini.v1.ImageTools/${name}`, pack(request), options)) yield unpack(bytes)
    },
    [Symbol.dispose]: () => grpc[Symbol.dispose](),
  }
}
