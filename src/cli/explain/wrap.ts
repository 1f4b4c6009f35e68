// Text broken into lines, with spaces inside of lines and lines of the source kept.

const isSpace = (char: string): boolean => /\s/.test(char) && char !== '\u00a0'

export const wrap = (text: string, limit: number): string => {
  let out = ''
  let column = 0
  let spaces = ''
  let word = ''
  const flush = (): void => {
    column += spaces.length + word.length
    out += spaces + word
    spaces = ''
    word = ''
  }
  for (const char of text)
    if (char === '\n') {
      if (word === '' && column + spaces.length > limit) spaces = ''
      flush()
      out += char
      column = 0
    } else if (isSpace(char)) {
      if (spaces === '' || word !== '') flush()
      spaces += char
    } else {
      word += char
      if (column + spaces.length + word.length > limit && word.length < limit) {
        out += '\n'
        column = 0
        spaces = ''
      }
    }
  return word === '' && column + spaces.length > limit ? out : out + spaces + word
}

export const indent = (amount: number, text: string): string => {
  const pad = ' '.repeat(amount)
  return pad + text.replaceAll('\n', `\n${pad}`)
}
