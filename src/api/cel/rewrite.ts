// What Kubernetes' CEL has and the library does not read: `Object.spec{field: value}` becomes a map, and `matches` runs
// on an engine that cannot be made slow. Works on tokens, so that nothing inside of strings changes.

const token =
  /(?:[rR]|[bB])?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\s+|[\s\S]/g

const isObjectType = (text: string): boolean => /^(Object(\.\w+)*|JSONPatch)$/.test(text)
const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text)

/** The next token that is not space. */
const following = (tokens: readonly string[], from: number): string => {
  let at = from + 1
  while (/^\s+$/.test(tokens[at] ?? '')) at++
  return tokens[at] ?? ''
}

export const rewrite = (source: string): string => {
  const tokens = source.match(token) ?? []
  /** What each open bracket is: the braces of a typed object, or anything else. */
  const open: boolean[] = []
  let expectsName = false
  let out = ''
  for (const [at, text] of tokens.entries()) {
    const isSpace = /^\s+$/.test(text)
    if (isObjectType(text) && following(tokens, at) === '{') {
      open.push(true)
      expectsName = false
      continue
    }
    if (expectsName && isName(text) && following(tokens, at) === ':') {
      out += JSON.stringify(text.replace(/^__(\w+)__$/, '$1'))
      expectsName = false
      continue
    }
    if (text === '{' && open.at(-1) === true && !expectsName && isObjectType(before(tokens, at))) expectsName = true
    else if ('{[('.includes(text)) open.push(false)
    else if ('}])'.includes(text)) open.pop()
    else if (text === ',') expectsName = open.at(-1) === true
    else if (!isSpace) expectsName = false
    out += text.replace(/(^|\.)matches$/, '$1matchesSafely')
  }
  return out
}

const before = (tokens: readonly string[], at: number): string => {
  let index = at - 1
  while (/^\s+$/.test(tokens[index] ?? '')) index--
  return tokens[index] ?? ''
}
