// What matters of a query, read straight from its bytes: most queries are answered from what was kept for the same
// question, and need no more than this.

const HEADER = 12
const OPT = 41
const RESPONSE = 0x80
/** Opcode and truncation: a plain question has none of them. */
const UNUSUAL = 0x7a
const CHECKING_DISABLED = 0x10
const DNSSEC_OK = 0x80
/** What fits where the client did not say more. */
export const PLAIN_UDP_SIZE = 512
const LARGEST_UDP_SIZE = 4_096
const ROOT_NAME = 1

export interface RawQuestion {
  /** Everything two queries must share to get the same bytes back, save for their ids. */
  readonly key: string
  /** Just behind the question. */
  readonly end: number
  /** How long an answer over UDP may be. */
  readonly udpSize: number
  readonly hasEdns: boolean
}

export const isQuery = (bytes: Buffer): boolean => bytes.length >= HEADER && ((bytes[2] ?? 0) & RESPONSE) === 0

const questionEnd = (bytes: Buffer): number | undefined => {
  let at = HEADER
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    // A pointer has no place in the first name of a message.
    if (length === undefined || length > 63) return undefined
    at += length + 1
  }
  return at + 5 <= bytes.length ? at + 5 : undefined
}

/** Undefined: not one plain question, perhaps with EDNS; such queries are taken apart properly. */
export const readQuestion = (bytes: Buffer, overTcp: boolean): RawQuestion | undefined => {
  if (((bytes[2] ?? 0) & UNUSUAL) !== 0 || bytes.readUInt16BE(4) !== 1 || bytes.readUInt32BE(6) !== 0) return undefined
  const additionals = bytes.readUInt16BE(10)
  const end = questionEnd(bytes)
  if (end === undefined || additionals > 1) return undefined
  const hasEdns = additionals === 1
  if (hasEdns && (bytes.length < end + ROOT_NAME + 10 || bytes[end] !== 0 || bytes.readUInt16BE(end + 1) !== OPT))
    return undefined
  const asked = hasEdns ? bytes.readUInt16BE(end + 3) : PLAIN_UDP_SIZE
  // Extended code and version: what is not version 0 is answered with an error, by the long way.
  if (hasEdns && bytes.readUInt16BE(end + 5) !== 0) return undefined
  const udpSize = Math.max(PLAIN_UDP_SIZE, Math.min(asked, LARGEST_UDP_SIZE))
  const flags = ((bytes[2] ?? 0) & 1) | ((bytes[3] ?? 0) & CHECKING_DISABLED)
  const wishes = (hasEdns ? 1 : 0) | (hasEdns ? (bytes[end + 7] ?? 0) & DNSSEC_OK : 0)
  const size = overTcp ? 0 : udpSize
  return {
    key: String.fromCharCode(flags, wishes, size) + bytes.toString('latin1', HEADER, end),
    end,
    udpSize,
    hasEdns,
  }
}
