// Reads what a request carries, no further than allowed.
import {IncomingMessage} from 'node:http'
import type {ApiRequest} from '../../api/transport.ts'
import {tooLarge} from '../errors.ts'

export const bodyLimitBytes = 3 * 1024 * 1024

const isObjectBody = (body: NonNullable<ApiRequest['body']>): body is Exclude<typeof body, string | Uint8Array> =>
  typeof body === 'object' && !(body instanceof Uint8Array) && !(Symbol.asyncIterator in body)

/** The bytes; undefined where a caller in this process gave the object itself (see `objectBody`). */
export const readBody = async (request: ApiRequest): Promise<Buffer> => {
  const {body} = request
  if (body === undefined) return Buffer.alloc(0)
  if (typeof body === 'string') return checked(Buffer.from(body))
  if (body instanceof Uint8Array) return checked(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  if (isObjectBody(body)) return checked(Buffer.from(JSON.stringify(body)))
  const stream: object = body
  if (stream instanceof IncomingMessage && isOfKnownSize(stream)) return collected(stream)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > bodyLimitBytes) throw tooLarge(bodyLimitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** HTTP itself sees to it that no more comes than was announced. */
const isOfKnownSize = (message: IncomingMessage): boolean =>
  !message.destroyed && Number(message.headers['content-length'] ?? Number.NaN) <= bodyLimitBytes

/** The same as going through the stream, without the cost of an iterator for each request. */
const collected = (message: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const gone = (): void => reject(new Error('the client went away before its request was complete'))
    message.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
    })
    message.once('end', () => {
      message.off('close', gone)
      const [only] = chunks
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks))
    })
    message.once('error', reject)
    message.once('close', gone)
  })

const checked = (bytes: Buffer): Buffer => {
  if (bytes.length > bodyLimitBytes) throw tooLarge(bodyLimitBytes)
  return bytes
}

/** What a caller in this process handed over undecoded; it stays theirs: copy before changing. */
export const objectBody = (request: ApiRequest): object | undefined =>
  request.body !== undefined && isObjectBody(request.body) ? (request.body as object) : undefined
