// The client's side of a WebSocket over a connection the server has handed over: whole messages, masked frames.
import {randomBytes} from 'node:crypto'
import type {Duplex} from 'node:stream'
import type {ApiClient} from '../../client/contract.ts'

export interface WebSocketConnection {
  readonly protocol: string
  /** Waits while the connection is busy. */
  send(message: Uint8Array): Promise<void>
  /** Whole messages until the other side closes. */
  messages(): AsyncGenerator<Buffer>
  close(): void
}

const CONTINUATION = 0
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10

const frameOf = (opcode: number, payload: Uint8Array): Buffer => {
  const {length} = payload
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const frame = Buffer.alloc(6 + extended + length)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) frame.writeUInt16BE(length, 2)
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2)
  const mask = randomBytes(4)
  mask.copy(frame, 2 + extended)
  const start = 6 + extended
  for (let at = 0; at < length; at++) frame[start + at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0)
  return frame
}

interface Frame {
  readonly isLast: boolean
  readonly opcode: number
  readonly payload: Buffer
  readonly size: number
}

/** The first whole frame of the bytes; undefined: more must come. */
const readFrame = (bytes: Buffer): Frame | undefined => {
  if (bytes.length < 2) return undefined
  const short = (bytes[1] ?? 0) & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const start = 2 + extended
  if (bytes.length < start) return undefined
  const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < start + length) return undefined
  return {
    isLast: ((bytes[0] ?? 0) & 0x80) !== 0,
    opcode: (bytes[0] ?? 0) & 0x0f,
    payload: bytes.subarray(start, start + length),
    size: start + length,
  }
}

async function* framesOf(socket: Duplex): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
      rest = rest.subarray(frame.size)
      yield frame
    }
  }
}

export const openWebSocket = async (
  client: ApiClient,
  url: string,
  protocols: readonly string[],
): Promise<WebSocketConnection> => {
  const {headers, socket} = await client.stream({
    method: 'GET',
    url,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-protocol': protocols.join(','),
    },
  })
  // The reader sees the end; a write after it is of no interest.
  socket.on('error', () => {})
  const write = (opcode: number, payload: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed || socket.writableEnded) resolve()
      else socket.write(frameOf(opcode, payload), () => resolve())
    })
  return {
    protocol: String(headers['sec-websocket-protocol'] ?? ''),
    send: (message) => write(BINARY, message),
    async *messages() {
      let parts: Buffer[] = []
      for await (const {isLast, opcode, payload} of framesOf(socket)) {
        if (opcode === CLOSE) return
        if (opcode === PING) await write(PONG, payload)
        if (opcode > BINARY) continue
        if (opcode !== CONTINUATION) parts = []
        parts.push(payload)
        if (isLast) yield Buffer.concat(parts)
      }
    },
    close: () => {
      void write(CLOSE, Buffer.from([3, 232]))
      socket.end()
    },
  }
}
