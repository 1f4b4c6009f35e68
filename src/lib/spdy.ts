// SPDY/3.1 on one connection, as kubectl and Kubernetes speak it: streams opened by the client, data in both directions,
// half-closing. No push, no priorities, no flow control (its Go twin has none either).
import {Duplex} from 'node:stream'
import {constants, createDeflate, createInflate, type Deflate, type Inflate} from 'node:zlib'
import {spdyDictionary} from './spdy-dictionary.ts'

const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const FLAG_FIN = 1
const HEADER = 8
const LARGEST_DATA = 32 * 1024
const LARGEST_FRAME = 16 * 1024 * 1024

export interface SpdyStream extends Duplex {
  readonly headers: Readonly<Record<string, string>>
}

/** One at a time, in order: both directions of header compression are one long stream. */
const through = (codec: Inflate | Deflate, bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer): void => void chunks.push(chunk)
    const fail = (error: Error): void => reject(error)
    codec.on('data', collect)
    codec.once('error', fail)
    codec.write(bytes)
    codec.flush(constants.Z_SYNC_FLUSH, () => {
      codec.off('data', collect)
      codec.off('error', fail)
      resolve(Buffer.concat(chunks))
    })
  })

const readHeaders = (block: Buffer): Record<string, string> => {
  const headers: Record<string, string> = Object.create(null)
  let at = 4
  const text = (): string => {
    const length = block.readUInt32BE(at)
    at += 4 + length
    return block.toString('utf8', at - length, at)
  }
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = text().toLowerCase()
    headers[name] = text()
  }
  return headers
}

const writeHeaders = (headers: Readonly<Record<string, string>>): Buffer => {
  const texts = Object.entries(headers).flat()
  const parts = texts.flatMap((text) => [number32(Buffer.byteLength(text)), Buffer.from(text)])
  return Buffer.concat([number32(texts.length / 2), ...parts])
}

const controlFrame = (type: number, flags: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(HEADER)
  header.writeUInt16BE(0x8003, 0)
  header.writeUInt16BE(type, 2)
  header.writeUInt32BE(payload.length, 4)
  header[4] = flags
  return Buffer.concat([header, payload])
}

const dataFrame = (streamId: number, flags: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(streamId, 0)
  header.writeUInt32BE(payload.length, 4)
  header[4] = flags
  return Buffer.concat([header, payload])
}

const number32 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, index) => {
    bytes.writeUInt32BE(number >>> 0, index * 4)
  })
  return bytes
}

class Stream extends Duplex implements SpdyStream {
  readonly headers: Readonly<Record<string, string>>
  readonly #send: (flags: number, payload: Buffer, done: () => void) => void
  #wanted: (() => void) | undefined
  constructor(
    headers: Readonly<Record<string, string>>,
    send: (flags: number, payload: Buffer, done: () => void) => void,
  ) {
    super({allowHalfOpen: true})
    this.headers = headers
    this.#send = send
  }
  override _read(): void {
    this.#wanted?.()
    this.#wanted = undefined
  }
  /** Settles when whoever reads wants more. */
  async hold(chunk: Buffer): Promise<void> {
    if (this.destroyed || this.push(chunk)) return
    await new Promise<void>((wanted) => {
      this.#wanted = wanted
      this.once('close', wanted)
    })
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const parts: Buffer[] = []
    for (let at = 0; at < chunk.length; at += LARGEST_DATA) parts.push(chunk.subarray(at, at + LARGEST_DATA))
    parts.forEach((part, index) => {
      this.#send(0, part, index === parts.length - 1 ? done : () => undefined)
    })
    if (parts.length === 0) done()
  }
  override _final(done: () => void): void {
    this.#send(FLAG_FIN, Buffer.alloc(0), done)
  }
}

export interface SpdyConnection {
  close(): void
  /** By either side. */
  readonly closed: Promise<void>
  /** The client's right. */
  open(headers: Readonly<Record<string, string>>): SpdyStream
}

export interface SpdyOptions {
  /** A stream that nobody reads holds up all others: for those who read them all. */
  readonly holdsUp?: boolean
}

/** The client's end: it opens all streams. */
export const dialSpdy = (socket: Duplex, options: SpdyOptions = {}): SpdyConnection =>
  serveSpdy(socket, (stream) => stream.destroy(), options)

/** Speaks SPDY on `socket` until it ends. `accept` is called for every stream the other side opens. */
export const serveSpdy = (
  socket: Duplex,
  accept: (stream: SpdyStream) => void,
  {holdsUp = false}: SpdyOptions = {},
): SpdyConnection => {
  const dictionary = spdyDictionary()
  const inflate = createInflate({dictionary})
  const deflate = createDeflate({dictionary})
  const streams = new Map<number, Stream>()
  let pending: Buffer = Buffer.alloc(0)
  let work = Promise.resolve()
  const {promise: closed, resolve: hasClosed} = Promise.withResolvers<void>()

  const send = (bytes: Buffer, done: () => void = () => undefined): void => {
    if (socket.writable) socket.write(bytes, () => done())
    else done()
  }
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    for (const stream of streams.values()) {
      stream.push(null)
      // What came before the end is still to be read.
      if (stream.readableLength === 0 || !stream.readableFlowing) stream.destroy()
      else stream.once('end', () => stream.destroy())
    }
    streams.clear()
    hasClosed()
    inflate.close()
    deflate.close()
    if (!socket.destroyed) socket.destroy()
  }

  const streamOf = (id: number, headers: Readonly<Record<string, string>>, opened = Promise.resolve()): Stream => {
    const stream = new Stream(headers, (flags, chunk, done) => {
      void opened.then(() => send(dataFrame(id, flags, chunk), done))
    })
    stream.on('error', () => undefined) // the connection's end says it
    streams.set(id, stream)
    return stream
  }
  let opening = Promise.resolve()
  let nextId = 1
  const dial = (headers: Readonly<Record<string, string>>): Stream => {
    const id = nextId
    nextId += 2
    // One after another: compression is one long stream.
    opening = opening.then(async () => {
      const block = await through(deflate, writeHeaders(headers))
      send(controlFrame(SYN_STREAM, 0, Buffer.concat([number32(id, 0), Buffer.alloc(2), block])))
    })
    opening.catch(end)
    return streamOf(id, headers, opening)
  }

  const open = async (flags: number, payload: Buffer): Promise<void> => {
    const id = payload.readUInt32BE(0) & 0x7fffffff
    const headers = readHeaders(await through(inflate, payload.subarray(10)))
    const stream = streamOf(id, headers)
    const reply = await through(deflate, number32(0))
    send(controlFrame(SYN_REPLY, 0, Buffer.concat([number32(id), reply])))
    if (flags & FLAG_FIN) stream.push(null)
    accept(stream)
  }
  const control = async (type: number, flags: number, payload: Buffer): Promise<void> => {
    if (type === SYN_STREAM) return open(flags, payload)
    if (type === SYN_REPLY) await through(inflate, payload.subarray(4))
    if (type === PING) send(controlFrame(PING, 0, payload))
    if (type === GOAWAY && streams.size === 0) end()
    if (type === RST_STREAM) {
      const id = payload.readUInt32BE(0) & 0x7fffffff
      streams.get(id)?.push(null)
      streams.get(id)?.destroy()
      streams.delete(id)
    }
  }
  const data = async (id: number, flags: number, payload: Buffer): Promise<void> => {
    const stream = streams.get(id)
    if (!stream) return
    if (payload.length > 0 && holdsUp) await stream.hold(payload)
    else if (payload.length > 0) stream.push(payload)
    if (flags & FLAG_FIN) stream.push(null)
  }
  const takeFrames = async (): Promise<void> => {
    while (pending.length >= HEADER) {
      const first = pending.readUInt32BE(0)
      const flags = pending[4] ?? 0
      const length = pending.readUInt32BE(4) & 0xffffff
      if (length > LARGEST_FRAME) return end()
      if (pending.length < HEADER + length) return
      const payload = pending.subarray(HEADER, HEADER + length)
      pending = pending.subarray(HEADER + length)
      if (first & 0x80000000) await control(first & 0xffff, flags, payload)
      else await data(first & 0x7fffffff, flags, payload)
    }
  }
  socket.on('data', (chunk: Buffer) => {
    if (holdsUp) socket.pause()
    work = work.then(async () => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      await takeFrames()
      if (holdsUp) socket.resume()
    })
    work.catch(end)
  })
  socket.on('error', () => undefined) // 'close' follows
  // After the frames that came before it.
  socket.on('close', () => void work.then(end, end))
  return {
    open: dial,
    closed,
    close: () => {
      send(controlFrame(GOAWAY, 0, number32(0, 0)), () => undefined)
      socket.end()
      hasClosed()
    },
  }
}
