// A gRPC server over HTTP/2 without TLS: unary calls and answers that are streams. Small on purpose: the runtime is a
// process of its own, and a general library would take more memory than all of it.
import {constants, createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream} from 'node:http2'
import {frame, unframe} from './frame.ts'
import {encodeStatusMessage, GrpcError, grpcCodes} from './status.ts'

export interface CallContext {
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal
}

/** Bytes in, bytes out; the codec is the caller's. */
export type GrpcMethod =
  | {readonly stream: false; call(request: Uint8Array, context: CallContext): Promise<Uint8Array>}
  | {readonly stream: true; call(request: Uint8Array, context: CallContext): AsyncIterable<Uint8Array>}

/** By path: `/runtime.v1.RuntimeService/Version`. */
export type GrpcMethods = ReadonlyMap<string, GrpcMethod>

const firstMessage = async (stream: ServerHttp2Stream): Promise<Uint8Array> => {
  for await (const message of unframe(stream.iterator({destroyOnReturn: false}))) return Uint8Array.from(message)
  return new Uint8Array()
}

const statusOf = (error: unknown): {code: number; message: string} => {
  if (error instanceof GrpcError) return {code: error.code, message: error.message}
  return {code: grpcCodes.unknown, message: error instanceof Error ? error.message : String(error)}
}

/** Opens the answer; the status follows in the trailers once `finish` was called. */
const openAnswer = (stream: ServerHttp2Stream) => {
  let status = {code: grpcCodes.ok as number, message: ''}
  stream.respond(
    {[constants.HTTP2_HEADER_STATUS]: 200, [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc'},
    {waitForTrailers: true},
  )
  stream.on('wantTrailers', () => {
    if (!stream.destroyed)
      stream.sendTrailers({'grpc-status': String(status.code), 'grpc-message': encodeStatusMessage(status.message)})
  })
  return {
    finish: (final = status): void => {
      status = final
      if (!stream.destroyed) stream.end()
    },
  }
}

const drained = (stream: ServerHttp2Stream): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })

const answer = async (stream: ServerHttp2Stream, method: GrpcMethod | undefined): Promise<void> => {
  const gone = new AbortController()
  stream.on('error', () => undefined) // the caller went away; 'close' follows and says so
  stream.on('close', () => gone.abort())
  const {finish} = openAnswer(stream)
  try {
    if (!method) throw new GrpcError(grpcCodes.unimplemented, 'unknown method')
    const request = await firstMessage(stream)
    if (method.stream) {
      for await (const message of method.call(request, {signal: gone.signal})) {
        if (stream.destroyed) return
        if (!stream.write(frame(message))) await drained(stream)
      }
    } else {
      const response = await method.call(request, {signal: gone.signal})
      if (!stream.destroyed) stream.write(frame(response))
    }
    finish()
  } catch (error) {
    finish(statusOf(error))
  }
}

export const createGrpcServer = (methods: GrpcMethods): Http2Server => {
  const server = createServer()
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    void answer(stream, methods.get(String(headers[':path'])))
  })
  server.on('session', (session) => session.on('error', () => undefined))
  return server
}
