/** As one word of a POSIX shell. */
export const shellQuote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

export const shellWords = (words: readonly string[]): string => words.map(shellQuote).join(' ')
