// Reading answers: whole, or line by line as they come.
import type {ApiResponse} from '../api/transport.ts'

export const readBody = async (body: ApiResponse['body']): Promise<Buffer> => {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Whole lines, without their end; a last line that has none is given too. */
export async function* readLines(body: ApiResponse['body']): AsyncGenerator<string> {
  const chunks = body instanceof Uint8Array ? [body] : body
  let parts: Uint8Array[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end))
      yield Buffer.concat(parts).toString('utf8')
      parts = []
      from = end + 1
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString('utf8')
}
