// Where a message's body ends, found while its bytes pass by: nothing of it is kept.
import {BadMessage, type Framing} from './head.ts'

const LONGEST_LINE = 8_192
const CR = 13
const LF = 10

export interface Body {
  readonly isDone: boolean
  /** How many of the bytes from `from` on belong to the body; `onData` gets what they say, without the framing. */
  take(bytes: Buffer, from: number, onData?: (data: Buffer) => void): number
}

class LengthBody implements Body {
  #left: number
  constructor(bytes: number) {
    this.#left = bytes
  }
  get isDone(): boolean {
    return this.#left === 0
  }
  take(bytes: Buffer, from: number, onData?: (data: Buffer) => void): number {
    const count = Math.min(this.#left, bytes.length - from)
    this.#left -= count
    if (count > 0) onData?.(bytes.subarray(from, from + count))
    return count
  }
}

class OpenBody implements Body {
  readonly isDone = false
  take(bytes: Buffer, from: number, onData?: (data: Buffer) => void): number {
    onData?.(bytes.subarray(from))
    return bytes.length - from
  }
}

type Part = 'size' | 'data' | 'data-end' | 'trailer' | 'done'

class ChunkedBody implements Body {
  #part: Part = 'size'
  #line = ''
  #left = 0

  get isDone(): boolean {
    return this.#part === 'done'
  }

  take(bytes: Buffer, from: number, onData?: (data: Buffer) => void): number {
    let at = from
    while (at < bytes.length && this.#part !== 'done')
      if (this.#part === 'data') {
        const count = Math.min(this.#left, bytes.length - at)
        onData?.(bytes.subarray(at, at + count))
        at += count
        this.#left -= count
        if (this.#left === 0) this.#part = 'data-end'
      } else at = this.#takeLine(bytes, at)
    return at - from
  }

  #takeLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(LF, from)
    const to = end < 0 ? bytes.length : end + 1
    this.#line += bytes.toString('latin1', from, to)
    if (this.#line.length > LONGEST_LINE) throw new BadMessage(400, 'a chunk has too long a head')
    if (end < 0) return to
    if (this.#line.charCodeAt(this.#line.length - 2) !== CR)
      throw new BadMessage(400, 'a chunk is not put together well')
    const line = this.#line.slice(0, -2)
    this.#line = ''
    this.#endLine(line)
    return to
  }

  #endLine(line: string): void {
    if (this.#part === 'size') {
      const [, digits] = /^([\da-f]{1,12})[ \t]*(?:;[ -~\t]*)?$/i.exec(line) ?? []
      if (digits === undefined) throw new BadMessage(400, 'a chunk does not say its size')
      this.#left = Number.parseInt(digits, 16)
      this.#part = this.#left === 0 ? 'trailer' : 'data'
    } else if (this.#part === 'data-end') {
      if (line !== '') throw new BadMessage(400, 'a chunk is longer than it says')
      this.#part = 'size'
    } else if (line === '') this.#part = 'done'
  }
}

export const bodyOf = (framing: Framing): Body => {
  switch (framing.kind) {
    case 'none':
      return new LengthBody(0)
    case 'length':
      return new LengthBody(framing.bytes)
    case 'chunked':
      return new ChunkedBody()
    case 'close':
      return new OpenBody()
  }
}
