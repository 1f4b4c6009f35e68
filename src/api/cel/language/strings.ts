// String and bytes literals: quotes, prefixes, escapes.
export class BadEscape extends Error {
  override readonly name = 'BadEscape'
}

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
}

const escapes =
  /\\(?:x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g

const bad = (): never => {
  throw new BadEscape('Syntax error: invalid string literal')
}

const codeOf = (hex: string | undefined, octal: string | undefined): number =>
  hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)

const unescapeText = (text: string): string =>
  text.replace(escapes, (_, x, upperX, u, upperU, octal, letter: string | undefined) => {
    if (letter !== undefined) return simple[letter] ?? bad()
    const code = codeOf(x ?? upperX ?? u ?? upperU, octal)
    return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? bad() : String.fromCodePoint(code)
  })

const unescapeBytes = (text: string): Uint8Array => {
  const parts: Buffer[] = []
  let from = 0
  for (const match of text.matchAll(escapes)) {
    parts.push(Buffer.from(text.slice(from, match.index)))
    const [whole, x, upperX, u, upperU, octal, letter] = match
    if (u !== undefined || upperU !== undefined) bad()
    parts.push(letter === undefined ? Buffer.of(codeOf(x ?? upperX, octal)) : Buffer.from(simple[letter] ?? bad()))
    from = match.index + whole.length
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.from(text.slice(from))]))
}

export const unquote = (token: string): string | Uint8Array => {
  const prefix = /^[rRbB]*/.exec(token)?.[0].toLowerCase() ?? ''
  const quoted = token.slice(prefix.length)
  const width = /^("""|''')/.test(quoted) ? 3 : 1
  const body = quoted.slice(width, -width).replaceAll('\r\n', '\n')
  const isRaw = prefix.includes('r')
  if (!prefix.includes('b')) return isRaw ? body : unescapeText(body)
  return isRaw ? new Uint8Array(Buffer.from(body)) : unescapeBytes(body)
}
