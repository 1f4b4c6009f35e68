// The files of a tar archive as it comes in; nothing is held but the piece at hand.
import {BLOCK, padding, readHeader, type TarHeader, tarTypes} from './header.ts'

export interface TarEntry extends TarHeader {
  /** Read it before the next entry; what is left over is skipped. */
  readonly content: AsyncIterable<Buffer>
}

/** Names longer than this are no names. */
const MOST_TEXT = 1 << 20

class Bytes {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Some bytes, at most so many; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next()
      if (next.done) return undefined
      this.#rest = Buffer.from(next.value)
    }
    const taken = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(taken.length)
    return taken
  }

  async *next(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      const piece = await this.some(left)
      if (!piece) throw new Error('unexpected EOF')
      left -= piece.length
      yield piece
    }
  }

  async all(size: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of this.next(size)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  async block(): Promise<Buffer | undefined> {
    const first = await this.some(BLOCK)
    return first && Buffer.concat([first, await this.all(BLOCK - first.length)])
  }
}

/** `25 path=some/long/name\n`, one after the other. */
const paxRecords = (bytes: Buffer): Record<string, string> => {
  const records: Record<string, string> = {}
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number.parseInt(bytes.subarray(at, space).toString('latin1'), 10)
    if (space < 0 || !(length > 0)) break
    const [key = '', ...value] = bytes
      .subarray(space + 1, at + length - 1)
      .toString('utf8')
      .split('=')
    records[key] = value.join('=')
    at += length
  }
  return records
}

const overridden = (header: TarHeader, records: Readonly<Record<string, string>>): TarHeader => ({
  ...header,
  name: records.path ?? header.name,
  linkName: records.linkpath ?? header.linkName,
  size: records.size === undefined ? header.size : Number(records.size),
})

const untilNull = (bytes: Buffer): string => bytes.toString('utf8').split('\0')[0] ?? ''

export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new Bytes(source)
  let records: Record<string, string> = {}
  for (;;) {
    const block = await bytes.block()
    const plain = block && readHeader(block)
    if (!plain) break
    const {type, size} = plain
    if (type === tarTypes.pax || type === tarTypes.longName || type === tarTypes.longLink) {
      if (size > MOST_TEXT) throw new Error('archive/tar: header field too long')
      const content = await bytes.all(size)
      await bytes.all(padding(size))
      if (type === tarTypes.pax) records = {...records, ...paxRecords(content)}
      else records[type === tarTypes.longName ? 'path' : 'linkpath'] = untilNull(content)
      continue
    }
    const header = overridden(plain, records)
    records = {}
    let left = header.size
    const content = {
      async *[Symbol.asyncIterator]() {
        while (left > 0) {
          const piece = await bytes.some(left)
          if (!piece) throw new Error('unexpected EOF')
          left -= piece.length
          yield piece
        }
      },
    }
    yield {...header, content}
    for await (const _ of content);
    await bytes.all(padding(header.size))
  }
  // The sender is heard out, so that it does not die of a closed pipe.
  while (await bytes.some(1 << 16));
}
