// A gRPC client over HTTP/2 on a Unix socket: unary calls and answers that are streams. Connects on first use and
// again after the connection was lost; a call that meets a lost connection fails with `unavailable`.
import {type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type IncomingHttpHeaders} from 'node:http2'
import {connect as connectSocket} from 'node:net'
import {frame, unframe} from './frame.ts'
import {decodeStatusMessage, GrpcError, grpcCodes} from './status.ts'

export interface GrpcCallOptions {
  readonly signal?: AbortSignal | undefined
}

const statusError = (headers: IncomingHttpHeaders): GrpcError | undefined => {
  const code = Number(headers['grpc-status'])
  return code === grpcCodes.ok
    ? undefined
    : new GrpcError(code, decodeStatusMessage(String(headers['grpc-message'] ?? '')))
}

export class GrpcClient implements Disposable {
  readonly #socketPath: string
  #session: ClientHttp2Session | undefined

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  /** One request, one answer. */
  async unary(path: string, request: Uint8Array, options: GrpcCallOptions = {}): Promise<Uint8Array> {
    for await (const message of this.stream(path, request, options)) return message
    throw new GrpcError(grpcCodes.internal, `${path}: no answer`)
  }

  /** One request, any number of answers. Ends without an error when the server ends it. */
  async *stream(path: string, request: Uint8Array, {signal}: GrpcCallOptions = {}): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted()
    const call = this.#open(path)
    let status: GrpcError | undefined = new GrpcError(grpcCodes.unavailable, `${path}: the connection was lost`)
    const read = (headers: IncomingHttpHeaders): void => {
      if (headers['grpc-status'] !== undefined) status = statusError(headers)
    }
    call.on('response', read)
    call.on('trailers', read)
    const abort = (): void => call.close(constants.NGHTTP2_CANCEL)
    signal?.addEventListener('abort', abort, {once: true})
    try {
      call.end(frame(request))
      for await (const message of unframe(call)) yield Uint8Array.from(message)
      await closed(call)
    } catch (error) {
      if (error instanceof GrpcError) throw error
      if (!signal?.aborted) throw new GrpcError(grpcCodes.unavailable, `${path}: ${messageOf(error)}`, {cause: error})
    } finally {
      signal?.removeEventListener('abort', abort)
      if (!call.closed) call.close(constants.NGHTTP2_CANCEL)
    }
    signal?.throwIfAborted()
    if (status) throw status
  }

  #open(path: string): ClientHttp2Stream {
    const session = this.#connected()
    const call = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    call.on('error', () => undefined) // whoever reads the stream gets it too
    return call
  }

  #connected(): ClientHttp2Session {
    if (this.#session && !this.#session.destroyed && !this.#session.closed) return this.#session
    const session = connect('http://localhost', {createConnection: () => connectSocket(this.#socketPath)})
    session.on('error', () => session.destroy())
    session.on('close', () => {
      if (this.#session === session) this.#session = undefined
    })
    session.unref()
    this.#session = session
    return session
  }

  [Symbol.dispose](): void {
    this.#session?.destroy()
    this.#session = undefined
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const closed = (call: ClientHttp2Stream): Promise<void> =>
  call.closed ? Promise.resolve() : new Promise((resolve) => call.once('close', () => resolve()))
