// Shell patterns: `*`, `?`, `[a-z]`, `\x`, without regular expressions, whose time a pattern could blow up.

const inClass = (body: string, letter: string): boolean => {
  const negated = /^[!^]/.test(body)
  const set = negated ? body.slice(1) : body
  let found = false
  for (let at = 0; at < set.length; at++) {
    const from = set[at] === '\\' ? (set[++at] ?? '') : (set[at] ?? '')
    if (set[at + 1] === '-' && at + 2 < set.length) {
      found ||= from <= letter && letter <= (set[at + 2] ?? '')
      at += 2
    } else found ||= from === letter
  }
  return found !== negated
}

type Piece = {readonly star: true} | {readonly star: false; matches(letter: string): boolean}

const piecesOf = (pattern: string): Piece[] => {
  const pieces: Piece[] = []
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] ?? ''
    const end = letter === '[' ? pattern.indexOf(']', at + 2) : -1
    if (letter === '*') pieces.push({star: true})
    else if (letter === '?') pieces.push({star: false, matches: () => true})
    else if (end > 0) {
      const body = pattern.slice(at + 1, end)
      pieces.push({star: false, matches: (other) => inClass(body, other)})
      at = end
    } else {
      const literal = letter === '\\' && at + 1 < pattern.length ? (pattern[++at] ?? '') : letter
      pieces.push({star: false, matches: (other) => other === literal})
    }
  }
  return pieces
}

/** The whole text; a star may match anything, slashes too. Time grows with the product of the lengths at most. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const pieces = piecesOf(pattern)
  let [at, piece, star, from] = [0, 0, -1, 0]
  while (at < text.length) {
    const current = pieces[piece]
    if (current?.star) [star, from] = [piece++, at]
    else if (current?.matches(text[at] ?? '')) {
      at++
      piece++
    } else if (star >= 0) [piece, at] = [star + 1, ++from]
    else return false
  }
  while (pieces[piece]?.star) piece++
  return piece === pieces.length
}

/** Path by path: stars stop at slashes, `**` stands for any number of folders. */
export const matchesPath = (pattern: readonly string[], path: readonly string[]): boolean => {
  const [first, ...rest] = pattern
  if (first === undefined) return path.length === 0
  if (first !== '**') return path.length > 0 && matchesPattern(first, path[0] ?? '') && matchesPath(rest, path.slice(1))
  if (rest.length === 0) return true
  return path.some((_, from) => matchesPath(rest, path.slice(from)))
}

export const hasWildcard = (text: string): boolean => /[*?[]/.test(text)
