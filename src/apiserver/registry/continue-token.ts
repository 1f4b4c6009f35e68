// Where a list goes on, as Kubernetes writes it: JSON in base64, opaque to clients.
import {badRequest} from '../errors.ts'

const invalid = (why: string): never => {
  throw badRequest(`invalid continue token: continue key is not valid: ${why}`)
}

/** Go's complaint about the first letter that cannot begin a JSON value. */
const jsonComplaint = (text: string): string => {
  const letter = text.trimStart().codePointAt(0)
  if (letter === undefined) return 'unexpected end of JSON input'
  const shown =
    letter < 0x20 || (letter >= 0x7f && letter < 0x100)
      ? `\\u${letter.toString(16).padStart(4, '0')}`
      : String.fromCodePoint(letter)
  return `invalid character '${shown}' looking for beginning of value`
}

export interface ContinueToken {
  readonly revision: number
  /** The key after which to go on, relative to the list's prefix. */
  readonly start: string
}

export const encodeContinue = (revision: number, start: string): string =>
  Buffer.from(JSON.stringify({v: 'meta.k8s.io/v1', rv: revision, start: `${start}\u0000`})).toString('base64url')

const parse = (bytes: Buffer): Record<string, unknown> => {
  // Byte by byte, as Go's decoder names what it found.
  const text = bytes.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
    return invalid('json: cannot unmarshal into Go value')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return invalid(jsonComplaint(bytes.toString('latin1')))
  }
}

export const decodeContinue = (token: string): ContinueToken => {
  if (!/^[\w-]*={0,2}$/.test(token)) {
    const at = token.search(/[^\w-]/)
    throw badRequest(`invalid continue token: illegal base64 data at input byte ${at}`)
  }
  const {v, rv, start} = parse(Buffer.from(token, 'base64url'))
  if (v !== 'meta.k8s.io/v1') return invalid('server cannot parse token')
  if (typeof start !== 'string' || start === '') return invalid('no start key')
  if (typeof rv !== 'number') return invalid('incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  if (start.includes('..')) return invalid('the start key cannot leave its prefix')
  return {revision: rv, start: start.replace(/\u0000$/, '')}
}
