// Collects bytes until a message's head is complete.
import {BadMessage} from './head.ts'

const END = '\r\n\r\n'
const LONGEST = 64 * 1024

export interface FoundHead {
  readonly text: string
  readonly rest: Buffer
}

export class HeadBuffer {
  #before: Buffer | undefined

  get isEmpty(): boolean {
    return this.#before === undefined
  }

  /** Undefined: more is to come. */
  push(bytes: Buffer): FoundHead | undefined {
    const all = this.#before ? Buffer.concat([this.#before, bytes]) : bytes
    const end = all.indexOf(END, 0, 'latin1')
    if (end > LONGEST || (end < 0 && all.length > LONGEST)) throw new BadMessage(431, 'the head is too long')
    if (end < 0) {
      this.#before = all.length === 0 ? undefined : all
      return undefined
    }
    this.#before = undefined
    return {text: all.toString('latin1', 0, end), rest: all.subarray(end + END.length)}
  }
}
