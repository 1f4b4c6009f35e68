// DNS over TCP: each message behind its length in two bytes.
export class LengthFramed {
  #rest: Buffer = Buffer.alloc(0)
  readonly #onMessage: (message: Buffer) => void

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage
  }

  static frame(message: Buffer): Buffer {
    const framed = Buffer.allocUnsafe(message.length + 2)
    framed.writeUInt16BE(message.length, 0)
    message.copy(framed, 2)
    return framed
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= 2) {
      const length = this.#rest.readUInt16BE(0)
      if (this.#rest.length < length + 2) return
      const message = this.#rest.subarray(2, length + 2)
      this.#rest = this.#rest.subarray(length + 2)
      this.#onMessage(Buffer.from(message))
    }
  }
}
