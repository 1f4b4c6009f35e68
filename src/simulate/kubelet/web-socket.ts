// The server's half of a WebSocket over a stream that is already there: enough to say something in channels and to hear
// when the other side is done.
import {createHash} from 'node:crypto'
import type {Duplex} from 'node:stream'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const BINARY = 0x82
const CLOSE = 0x88

export const acceptOf = (key: string): string =>
  createHash('sha1')
    .update(key + GUID)
    .digest('base64')

const header = (opcode: number, length: number): Buffer => {
  if (length < 126) return Buffer.from([opcode, length])
  const long = Buffer.alloc(length < 65_536 ? 4 : 10)
  long[0] = opcode
  long[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) long.writeUInt16BE(length, 2)
  else long.writeBigUInt64BE(BigInt(length), 2)
  return long
}

/** One message: the channel's number, then what is said there. */
export const say = (socket: Duplex, channel: number, text: string): void => {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)])
  socket.write(Buffer.concat([header(BINARY, payload.length), payload]))
}

export const hangUp = (socket: Duplex): void => {
  const normal = Buffer.from([0x03, 0xe8])
  socket.end(Buffer.concat([header(CLOSE, normal.length), normal]))
}
