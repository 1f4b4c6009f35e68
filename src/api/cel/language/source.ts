// The text of an expression, and complaints about places in it as cel-go prints them.
export interface Problem {
  readonly at: number
  readonly message: string
}

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  readonly problems: readonly Problem[]
  constructor(text: string, problems: readonly Problem[]) {
    super(display(text, problems))
    this.problems = problems
  }
}

const lineOf = (
  text: string,
  at: number,
): {readonly line: number; readonly column: number; readonly snippet: string} => {
  const letters = [...text]
  const before = letters.slice(0, at)
  const line = before.filter((letter) => letter === '\n').length
  const column = at - (before.lastIndexOf('\n') + 1)
  return {line: line + 1, column, snippet: text.split('\n')[line] ?? ''}
}

const isWide = (letter: string | undefined): boolean => letter !== undefined && (letter.codePointAt(0) ?? 0) > 0x7f

const shown = (text: string, {at, message}: Problem): string => {
  const {line, column, snippet} = lineOf(text, at)
  const letters = [...snippet.replaceAll('\t', ' ')]
  const dots = letters.slice(0, column).map((letter) => (isWide(letter) ? '\uff0e' : '.'))
  const mark = isWide(letters[column]) ? '\uff3e' : '^'
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${letters.join('')}\n | ${dots.join('')}${mark}`
}

export const display = (text: string, problems: readonly Problem[]): string =>
  [...problems]
    .sort((a, b) => a.at - b.at)
    .map((problem) => shown(text, problem))
    .join('\n')
