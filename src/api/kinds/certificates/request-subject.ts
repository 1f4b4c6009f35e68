// A certificate request as PEM: whether it is one, and whom it is for. Just enough of DER to find the subject.

const pemType = 'CERTIFICATE REQUEST'
const sequence = 0x30
const set = 0x31

interface Element {
  readonly tag: number
  readonly value: Buffer
}

/** The elements one after the other; undefined when the bytes are no DER. */
const elementsOf = (bytes: Buffer): Element[] | undefined => {
  const elements: Element[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0
    const first = bytes[at + 1]
    if (first === undefined) return undefined
    const extra = first < 0x80 ? 0 : first & 0x7f
    if (extra > 4 || at + 2 + extra > bytes.length) return undefined
    const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra)
    const start = at + 2 + extra
    if (start + length > bytes.length) return undefined
    elements.push({tag, value: bytes.subarray(start, start + length)})
    at = start + length
  }
  return elements
}

const inside = (element: Element | undefined, tag: number): Element[] =>
  element?.tag === tag ? (elementsOf(element.value) ?? []) : []

const derOf = (base64: string): Buffer | undefined => {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const body = new RegExp(`-----BEGIN ${pemType}-----([^-]*)-----END ${pemType}-----`).exec(text)?.[1]
  return body === undefined ? undefined : Buffer.from(body, 'base64')
}

/** Version, subject, key and attributes. */
const partsOf = (base64: string): Element[] => {
  const der = derOf(base64)
  const request = der && elementsOf(der)?.[0]
  return inside(inside(request, sequence)[0], sequence)
}

/** What is wrong with the bytes; undefined when they are a request. */
export const requestProblem = (base64: string): string | undefined => {
  if (derOf(base64) === undefined) return `PEM block type must be ${pemType}`
  return partsOf(base64).length >= 3 ? undefined : "asn1: structure error: tags don't match"
}

const organizationId = Buffer.from([0x55, 0x04, 0x0a])

const namesOf = (base64: string, id: Buffer): string[] =>
  inside(partsOf(base64)[1], sequence)
    .flatMap((part) => inside(part, set))
    .map((pair) => inside(pair, sequence))
    .filter(([key]) => key?.value.equals(id))
    .map(([, value]) => value?.value.toString('utf8') ?? '')

export const subjectOrganizations = (base64: string): readonly string[] => namesOf(base64, organizationId)
