// A Dockerfile's text as logical lines: comments gone, continued lines joined, heredocs beside the line that opens them.
import {errorAt, type Place} from '../build-error.ts'
import {heredocsIn} from './heredoc.ts'

export interface Heredoc {
  readonly name: string
  /** Its text, tabs taken off where `<<-` asks for that. */
  readonly content: string
  /** Not where its name is quoted. */
  readonly expands: boolean
}

export interface LogicalLine {
  /** Where it begins. */
  readonly place: Place
  readonly text: string
  readonly heredocs: readonly Heredoc[]
  /** With its heredocs, as a shell takes it. */
  readonly script: string
}

export interface DockerfileText {
  readonly escapes: '\\' | '`'
  readonly lines: readonly LogicalLine[]
}

const directive = /^#\s*([A-Za-z][\w-]*)\s*=\s*(.+?)\s*$/
const known = ['escape', 'syntax', 'check']
const takesHeredocs = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i

/** `# escape=` and its kin count only above everything else. */
const readDirectives = (raw: readonly string[], file: string): {escapes: '\\' | '`'; next: number} => {
  let escapes: '\\' | '`' = '\\'
  for (const [index, line] of raw.entries()) {
    const [, name = '', value = ''] = directive.exec(line) ?? []
    if (!known.includes(name.toLowerCase())) return {escapes, next: index}
    if (name.toLowerCase() !== 'escape') continue
    if (value !== '\\' && value !== '`')
      throw errorAt({file, line: index + 1}, `invalid ESCAPE ${JSON.stringify(value)}: must be \` or \\`)
    escapes = value
  }
  return {escapes, next: raw.length}
}

const isComment = (line: string): boolean => /^\s*#/.test(line)
const isBlank = (line: string): boolean => line.trim() === ''

class Reader {
  readonly #raw: readonly string[]
  readonly #file: string
  readonly #continued: RegExp
  #at: number

  constructor(raw: readonly string[], file: string, escapes: string, at: number) {
    this.#raw = raw
    this.#file = file
    this.#continued = escapes === '`' ? /`[ \t]*$/ : /\\[ \t]*$/
    this.#at = at
  }

  next(): LogicalLine | undefined {
    while (this.#at < this.#raw.length && (isComment(this.#line) || isBlank(this.#line))) this.#at++
    if (this.#at >= this.#raw.length) return undefined
    const place = {file: this.#file, line: this.#at + 1}
    const text = this.#joined().trim()
    if (!takesHeredocs.test(text)) return {place, text, heredocs: [], script: text}
    const begun = this.#at
    const heredocs = heredocsIn(text).map((opened) => ({...opened, content: this.#body(opened, place)}))
    const script = [text, ...this.#raw.slice(begun, this.#at)].join('\n')
    return {place, text, heredocs, script}
  }

  get #line(): string {
    return this.#raw[this.#at] ?? ''
  }

  #joined(): string {
    let text = ''
    while (this.#at < this.#raw.length) {
      const line = this.#line
      this.#at++
      if (text !== '' && (isComment(line) || isBlank(line))) continue
      if (!this.#continued.test(line)) return text + line
      text += line.replace(this.#continued, '')
    }
    return text
  }

  #body({chomps, name}: {readonly name: string; readonly chomps: boolean}, place: Place): string {
    const lines: string[] = []
    while (this.#at < this.#raw.length) {
      const line = chomps ? this.#line.replace(/^\t+/, '') : this.#line
      this.#at++
      if (line === name) return lines.map((text) => `${text}\n`).join('')
      lines.push(line)
    }
    throw errorAt(place, `unterminated heredoc ${JSON.stringify(name)}`)
  }
}

export const readLines = (text: string, file: string): DockerfileText => {
  const raw = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const {escapes, next} = readDirectives(raw, file)
  const reader = new Reader(raw, file, escapes, next)
  const lines: LogicalLine[] = []
  for (let line = reader.next(); line; line = reader.next()) lines.push(line)
  return {escapes, lines}
}
