// The heads of HTTP/1 messages, read strictly: what two readers could understand differently is refused, so that nobody
// slips one request inside another past the rules.

export interface Header {
  readonly name: string
  /** Lower case. */
  readonly key: string
  readonly value: string
}

export type Framing =
  | {readonly kind: 'none'}
  | {readonly kind: 'length'; readonly bytes: number}
  | {readonly kind: 'chunked'}
  /** Until the connection ends; responses only. */
  | {readonly kind: 'close'}

interface Head {
  readonly headers: readonly Header[]
  /** Of HTTP/1: 0 or 1. */
  readonly minor: number
  /** The words of Connection, in lower case. */
  readonly connection: ReadonlySet<string>
  readonly framing: Framing
  readonly upgrade: string | undefined
}

export interface RequestHead extends Head {
  readonly method: string
  /** As it goes on: path and query. */
  readonly target: string
  readonly host: string
}

export interface ResponseHead extends Head {
  readonly status: number
  readonly reason: string
}

/** What cannot be understood, and the status that says so. */
export class BadMessage extends Error {
  override readonly name = 'BadMessage'
  readonly status: 400 | 431 | 501 | 505
  constructor(status: BadMessage['status'], message: string) {
    super(message)
    this.status = status
  }
}

const MOST_HEADERS = 256
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/
const NO_WORDS: ReadonlySet<string> = new Set()
export const noBody: Framing = {kind: 'none'}

const readHeaders = (lines: readonly string[]): Header[] => {
  if (lines.length > MOST_HEADERS) throw new BadMessage(431, 'too many headers')
  const headers: Header[] = []
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    if (!TOKEN.test(name)) throw new BadMessage(400, 'a header has no proper name')
    const value = line.slice(colon + 1).trim()
    if (CONTROL.test(value)) throw new BadMessage(400, 'a header has characters it must not have')
    headers.push({name, key: name.toLowerCase(), value})
  }
  return headers
}

const valuesOf = (headers: readonly Header[], key: string): string[] =>
  headers.filter((header) => header.key === key).map(({value}) => value)

export const headerOf = (headers: readonly Header[], key: string): string | undefined =>
  headers.find((header) => header.key === key)?.value

const words = (value: string): string[] =>
  value
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())

const connectionWords = (headers: readonly Header[]): ReadonlySet<string> => {
  const values = valuesOf(headers, 'connection')
  return values.length === 0 ? NO_WORDS : new Set(values.flatMap(words))
}

/** Undefined: neither length nor chunks were said. */
const saidFraming = (headers: readonly Header[], minor: number): Framing | undefined => {
  let length: string | undefined
  let coding: string | undefined
  for (const {key, value} of headers)
    if (key === 'content-length') {
      if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== value))
        throw new BadMessage(400, 'the Content-Length is not one number')
      length = value
    } else if (key === 'transfer-encoding') coding = coding === undefined ? value : `${coding}, ${value}`
  if (coding === undefined) return length === undefined ? undefined : {kind: 'length', bytes: Number(length)}
  if (length !== undefined || minor === 0) throw new BadMessage(400, 'a Transfer-Encoding has no place here')
  if (coding.toLowerCase() !== 'chunked') throw new BadMessage(501, 'only chunked is a Transfer-Encoding here')
  return {kind: 'chunked'}
}

const common = (lines: readonly string[], minor: number) => {
  const headers = readHeaders(lines)
  const connection = connectionWords(headers)
  const wished = connection.has('upgrade') ? headerOf(headers, 'upgrade') : undefined
  // HTTP/2 by this way is a wish nobody has to grant, and between two neighbours only.
  const upgrade = wished?.toLowerCase() === 'h2c' ? undefined : wished
  return {headers, minor, connection, upgrade}
}

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~\w]+) ([!-~]+) HTTP\/(\d)\.(\d)$/
const ABSOLUTE = /^https?:\/\/([^/?#]+)([^#]*)/i

/** `text`: everything before the empty line. */
export const readRequestHead = (text: string): RequestHead => {
  const lines = text.split('\r\n')
  const [, method = '', asked = '', major, minorText] = REQUEST_LINE.exec(lines[0] ?? '') ?? []
  if (method === '') throw new BadMessage(400, 'this is not an HTTP request')
  if (major !== '1') throw new BadMessage(505, 'HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here')
  const minor = Number(minorText)
  const head = common(lines, minor)
  const hosts = valuesOf(head.headers, 'host')
  if (hosts.length > 1 || (hosts.length === 0 && minor > 0)) throw new BadMessage(400, 'exactly one Host is needed')
  const [, authority, rest] = ABSOLUTE.exec(asked) ?? []
  const target = authority === undefined ? asked : `${rest?.startsWith('/') ? '' : '/'}${rest}`
  if (!target.startsWith('/') && target !== '*') throw new BadMessage(400, 'the request asks for no path')
  return {
    ...head,
    method,
    target,
    host: authority ?? hosts[0] ?? '',
    framing: saidFraming(head.headers, minor) ?? noBody,
  }
}

const STATUS_LINE = /^HTTP\/1\.(\d) (\d{3})(?: (.*))?$/

/** `method`: of the request this answers. */
export const readResponseHead = (text: string, method: string): ResponseHead => {
  const lines = text.split('\r\n')
  const [, minorText, statusText, reason = ''] = STATUS_LINE.exec(lines[0] ?? '') ?? []
  if (minorText === undefined) throw new BadMessage(400, 'this is not an HTTP response')
  const status = Number(statusText)
  const minor = Number(minorText)
  const head = common(lines, minor)
  const isBare = method === 'HEAD' || status < 200 || status === 204 || status === 304
  return {...head, status, reason, framing: isBare ? noBody : (saidFraming(head.headers, minor) ?? {kind: 'close'})}
}

/** Whether the connection can be used again afterwards. */
export const keepsAlive = ({minor, connection, framing}: Head): boolean =>
  framing.kind !== 'close' && (minor === 0 ? connection.has('keep-alive') : !connection.has('close'))
