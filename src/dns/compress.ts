// Owner names said once (RFC 1035, 4.1.4): a name that stood in the message before becomes two bytes. With it the
// addresses of a few dozen endpoints fit into a plain datagram; dns-packet writes every name out.

const HEADER = 12
const POINTER = 0xc000
const FARTHEST = 0x3fff
const FIXED_BYTES = 10

/** The index behind a name without pointers. */
const nameEnd = (bytes: Buffer, from: number): number => {
  let at = from
  while ((bytes[at] ?? 0) !== 0) at += (bytes[at] ?? 0) + 1
  return at + 1
}

class Writer {
  readonly #out: Buffer
  readonly #known = new Map<string, number>()
  #length = 0

  constructor(size: number) {
    this.#out = Buffer.allocUnsafe(size)
  }

  copy(bytes: Buffer, from: number, to: number): void {
    this.#length += bytes.copy(this.#out, this.#length, from, to)
  }

  name(bytes: Buffer, from: number): void {
    const end = nameEnd(bytes, from)
    for (let at = from; at < end - 1; at += (bytes[at] ?? 0) + 1) {
      const rest = bytes.toString('latin1', at, end)
      const known = this.#known.get(rest)
      if (known !== undefined) {
        this.#length = this.#out.writeUInt16BE(POINTER | known, this.#length)
        return
      }
      if (this.#length <= FARTHEST) this.#known.set(rest, this.#length)
      this.copy(bytes, at, at + (bytes[at] ?? 0) + 1)
    }
    this.copy(bytes, end - 1, end)
  }

  get bytes(): Buffer {
    return this.#out.subarray(0, this.#length)
  }
}

/** `message` must have no pointers yet. */
export const compress = (message: Buffer): Buffer => {
  const out = new Writer(message.length)
  out.copy(message, 0, HEADER)
  let at = HEADER
  for (let count = message.readUInt16BE(4); count > 0; count--) {
    out.name(message, at)
    at = nameEnd(message, at) + 4
    out.copy(message, at - 4, at)
  }
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10)
  for (let count = records; count > 0; count--) {
    out.name(message, at)
    const fixed = nameEnd(message, at)
    at = fixed + FIXED_BYTES + message.readUInt16BE(fixed + 8)
    out.copy(message, fixed, at)
  }
  return out.bytes
}
