// Who a certificate request is for. The subject and the alternative names of a PKCS#10 request, read from its DER.
import type {Page} from '../page.ts'

interface Node {
  readonly tag: number
  readonly content: Buffer
  readonly children: readonly Node[]
}

const CONSTRUCTED = 0x20

const parse = (bytes: Buffer): Node[] => {
  const nodes: Node[] = []
  for (let at = 0; at + 1 < bytes.length; ) {
    const tag = bytes[at] ?? 0
    let length = bytes[at + 1] ?? 0
    at += 2
    if (length & 0x80) {
      const size = length & 0x7f
      length = bytes.readUIntBE(at, size)
      at += size
    }
    const content = bytes.subarray(at, at + length)
    nodes.push({tag, content, children: tag & CONSTRUCTED ? parse(content) : []})
    at += length
  }
  return nodes
}

const oidOf = (content: Buffer): string => {
  const parts = [Math.floor((content[0] ?? 0) / 40), (content[0] ?? 0) % 40]
  let value = 0
  for (const byte of content.subarray(1)) {
    value = value * 128 + (byte & 0x7f)
    if (!(byte & 0x80)) {
      parts.push(value)
      value = 0
    }
  }
  return parts.join('.')
}

const titles: Readonly<Record<string, string>> = {
  '2.5.4.3': 'Common Name',
  '2.5.4.5': 'Serial Number',
  '2.5.4.10': 'Organization',
  '2.5.4.11': 'Organizational Unit',
  '2.5.4.6': 'Country',
  '2.5.4.7': 'Locality',
  '2.5.4.8': 'Province',
  '2.5.4.9': 'StreetAddress',
  '2.5.4.17': 'PostalCode',
}
const order = [
  'Common Name',
  'Serial Number',
  'Organization',
  'Organizational Unit',
  'Country',
  'Locality',
  'Province',
  'StreetAddress',
  'PostalCode',
]

const ALTERNATIVE_NAMES = '2.5.29.17'
const kinds: Readonly<Record<number, string>> = {
  129: 'Email Addresses',
  130: 'DNS Names',
  134: 'URIs',
  135: 'IP Addresses',
}
const alternativeOrder = ['DNS Names', 'Email Addresses', 'URIs', 'IP Addresses']

const find = (node: Node, oid: string): Node | undefined => {
  const isIt = node.children.some(({tag, content}) => tag === 0x06 && oidOf(content) === oid)
  if (isIt) return node
  for (const child of node.children) {
    const found = find(child, oid)
    if (found) return found
  }
  return undefined
}

const ipText = (bytes: Buffer): string =>
  bytes.length === 4 ? [...bytes].join('.') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':')

const collect = (values: Map<string, string[]>, title: string, value: string): void => {
  values.set(title, [...(values.get(title) ?? []), value])
}

/** The part of the request that was signed; undefined where the bytes are no such thing. */
const infoOf = (request: string): Node | undefined => {
  const pem = Buffer.from(request, 'base64').toString('latin1')
  try {
    return parse(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'))[0]?.children[0]
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** What cannot be read is left out: the request itself was accepted by the server. */
export const writeSubject = (page: Page, request: string): void => {
  const info = infoOf(request)
  if (!info) return
  const subject = new Map<string, string[]>()
  for (const set of info.children[1]?.children ?? [])
    for (const {children} of set.children) {
      const title = titles[oidOf(children[0]?.content ?? Buffer.alloc(1))]
      if (title) collect(subject, title, children[1]?.content.toString('utf8') ?? '')
    }
  const names = new Map<string, string[]>()
  const extension = find(info, ALTERNATIVE_NAMES)?.children.at(-1)
  for (const {tag, content} of extension ? (parse(extension.content)[0]?.children ?? []) : []) {
    const title = kinds[tag]
    if (title) collect(names, title, tag === 0x87 ? ipText(content) : content.toString('utf8'))
  }
  page.line(0, 'Subject:')
  const list = (title: string, values: readonly string[]): void => page.line(0, '', `${title}:`, values.join('\n\t\t'))
  page.line(0, '', 'Common Name:', subject.get('Common Name')?.[0] ?? '')
  page.line(0, '', 'Serial Number:', subject.get('Serial Number')?.[0] ?? '')
  for (const title of order.slice(2)) {
    const values = subject.get(title)
    if (values) list(title, values)
  }
  if (names.size === 0) return
  page.line(0, 'Subject Alternative Names:')
  for (const title of alternativeOrder) {
    const values = names.get(title)
    if (values) list(title, values)
  }
}
