// The 512 bytes before each file of a tar archive.

export const BLOCK = 512
export const tarTypes = {file: '0', symlink: '2', directory: '5', longLink: 'K', longName: 'L', pax: 'x'} as const

export interface TarHeader {
  readonly name: string
  readonly linkName: string
  readonly type: string
  readonly mode: number
  readonly size: number
  /** Seconds since 1970. */
  readonly modified: number
  readonly uid: number
  readonly gid: number
}

export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

const number = (block: Buffer, value: number, at: number, width: number): void => {
  const octal = value.toString(8)
  if (octal.length < width) block.write(`${octal.padStart(width - 1, '0')}\0`, at, 'latin1')
  else {
    // Too large for octal digits: big-endian, marked by the first bit.
    block.writeBigUInt64BE(BigInt(value), at + width - 8)
    block[at] = 0x80
  }
}

const checksum = (block: Buffer): number => {
  let sum = 0
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte
  return sum
}

const plainHeader = (header: TarHeader): Buffer => {
  const block = Buffer.alloc(BLOCK)
  Buffer.from(header.name).copy(block, 0, 0, 100)
  number(block, header.mode, 100, 8)
  number(block, header.uid, 108, 8)
  number(block, header.gid, 116, 8)
  number(block, header.size, 124, 12)
  number(block, header.modified, 136, 12)
  block.write(header.type, 156, 'latin1')
  Buffer.from(header.linkName).copy(block, 157, 0, 100)
  block.write('ustar\x0000', 257, 'latin1')
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** A name that does not fit goes before it, as a file of its own. */
const longText = (type: string, text: string): Buffer[] => {
  const bytes = Buffer.from(`${text}\0`)
  if (bytes.length <= 101) return []
  const header = {name: '././@LongLink', linkName: '', type, mode: 0, size: bytes.length, modified: 0, uid: 0, gid: 0}
  return [plainHeader(header), bytes, Buffer.alloc(padding(bytes.length))]
}

export const writeHeader = (header: TarHeader): Buffer =>
  Buffer.concat([
    ...longText(tarTypes.longLink, header.linkName),
    ...longText(tarTypes.longName, header.name),
    plainHeader(header),
  ])

const text = (block: Buffer, at: number, width: number): string => {
  const field = block.subarray(at, at + width)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? width : end).toString('utf8')
}

const readNumber = (block: Buffer, at: number, width: number): number => {
  if (((block[at] ?? 0) & 0x80) !== 0) return Number(block.readBigUInt64BE(at + width - 8))
  return Number.parseInt(text(block, at, width).trim() || '0', 8)
}

/** undefined: an empty block, which ends the archive. */
export const readHeader = (block: Buffer): TarHeader | undefined => {
  if (block.every((byte) => byte === 0)) return undefined
  if (readNumber(block, 148, 8) !== checksum(block)) throw new Error('archive/tar: invalid tar header')
  const prefix = text(block, 257, 6) === 'ustar' ? text(block, 345, 155) : ''
  return {
    name: prefix === '' ? text(block, 0, 100) : `${prefix}/${text(block, 0, 100)}`,
    linkName: text(block, 157, 100),
    type: text(block, 156, 1) || tarTypes.file,
    mode: readNumber(block, 100, 8),
    size: readNumber(block, 124, 12),
    modified: readNumber(block, 136, 12),
    uid: readNumber(block, 108, 8),
    gid: readNumber(block, 116, 8),
  }
}
