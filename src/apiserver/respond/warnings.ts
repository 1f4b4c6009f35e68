// Warning headers. All together they stay small: where they would not, each is cut, and the last are left out.
const mostLetters = 4 * 1024
const longestCut = 256

const header = (text: string): string => `299 - ${JSON.stringify(text)}`

const lengthOf = (text: string): number => [...text].length

/** As many from the first as there is room for. */
const fitting = (headers: readonly string[]): string[] => {
  let left = mostLetters
  return headers.filter((text) => {
    left -= lengthOf(text)
    return left >= 0
  })
}

export const warningHeaders = (warnings: ReadonlySet<string>): Record<string, string[]> => {
  if (warnings.size === 0) return {}
  const whole = [...warnings].map(header)
  const isSmall = whole.reduce((sum, text) => sum + lengthOf(text), 0) <= mostLetters
  const cut = (text: string): string => header([...text].slice(0, longestCut).join(''))
  return {warning: isSmall ? whole : fitting([...warnings].map(cut))}
}
