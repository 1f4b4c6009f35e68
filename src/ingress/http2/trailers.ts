// gRPC says in trailers how a call went: they are kept until the body before them is through.
import type {IncomingHttpHeaders, ServerHttp2Stream} from 'node:http2'
import {endToEnd} from '../headers.ts'

/** To be called before the stream answers; what it returns takes the trailers. */
export const sendTrailersOf = (stream: ServerHttp2Stream): ((trailers: IncomingHttpHeaders) => void) => {
  let kept: IncomingHttpHeaders = {}
  stream.once('wantTrailers', () => {
    if (stream.destroyed) return
    if (Object.keys(kept).length > 0) stream.sendTrailers(endToEnd(kept))
    else stream.close()
  })
  return (trailers) => {
    kept = trailers
  }
}
