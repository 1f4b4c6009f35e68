// gRPC's framing: a byte that says whether it is compressed (never, here), four bytes of length, the message.
import {GrpcError, grpcCodes} from './status.ts'

const HEADER = 5
const LARGEST = 64 * 1024 * 1024

export const frame = (message: Uint8Array): Buffer => {
  const framed = Buffer.allocUnsafe(HEADER + message.length)
  framed[0] = 0
  framed.writeUInt32BE(message.length, 1)
  framed.set(message, HEADER)
  return framed
}

/** Cuts a byte stream into messages, whatever the sizes of its chunks. */
export async function* unframe(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk])
    while (pending.length >= HEADER) {
      if (pending[0] !== 0) throw new GrpcError(grpcCodes.unimplemented, 'compressed messages are not supported')
      const length = pending.readUInt32BE(1)
      if (length > LARGEST) throw new GrpcError(grpcCodes.resourceExhausted, `message of ${length} bytes`)
      if (pending.length < HEADER + length) break
      yield pending.subarray(HEADER, HEADER + length)
      pending = pending.subarray(HEADER + length)
    }
  }
}
