// Times as the API writes them: `2024-01-02T03:04:05Z`, and with microseconds for MicroTime. Reading is as strict as
// Kubernetes', with its words for what is wrong.

let lastSecond = Number.NaN
let lastText = ''

/** Whoever asks mostly asks for now: the same second again and again. */
export const formatTime = (ms: number): string => {
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}
/** Microseconds that a clock in milliseconds does not know are zero. */
export const formatMicroTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`

const layouts = {time: '2006-01-02T15:04:05Z07:00', microTime: '2006-01-02T15:04:05.000000Z07:00'} as const
type Layout = keyof typeof layouts

interface Part {
  readonly pattern: RegExp
  readonly layout: string
}

const two = (layout: string): Part => ({pattern: /^\d{2}/, layout})
const literal = (text: string): Part => ({pattern: new RegExp(`^\\${text}`), layout: text})
const parts: readonly Part[] = [
  {pattern: /^\d{4}/, layout: '2006'},
  literal('-'),
  two('01'),
  literal('-'),
  two('02'),
  {pattern: /^T/, layout: 'T'},
  {pattern: /^\d{1,2}/, layout: '15'},
  literal(':'),
  two('04'),
  literal(':'),
  two('05'),
]
const micros: Part = {pattern: /^\.\d{6}/, layout: '.000000'}
const zone: Part = {pattern: /^(?:Z|[+-]\d{2}:\d{2})/, layout: 'Z07:00'}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Which number is out of range, in the order they are read. */
const rangeProblem = (text: string): string | undefined => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (text.match(/\d+/g) ?? []).map(Number)
  if (month < 1 || month > 12) return 'month'
  if (hour > 23) return 'hour'
  if (minute > 59) return 'minute'
  if (second > 59) return 'second'
  return day < 1 || day > daysIn(year, month) ? 'day' : undefined
}

const problemOf = (text: string, layout: Layout): string | undefined => {
  const start = `parsing time ${JSON.stringify(text)}`
  const steps = layout === 'microTime' ? [...parts, micros, zone] : [...parts, zone]
  let rest = text
  for (const step of steps) {
    const match = step.pattern.exec(rest)
    if (!match)
      return `${start} as ${JSON.stringify(layouts[layout])}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(step.layout)}`
    rest = rest.slice(match[0].length)
    // A fraction after the seconds is read whether the layout names it or not.
    if (step.layout === '05' && layout === 'time') rest = rest.replace(/^[.,]\d+/, '')
  }
  if (rest !== '') return `${start}: extra text: ${JSON.stringify(rest)}`
  const range = rangeProblem(text)
  return range ? `${start}: ${range} out of range` : undefined
}

const plain = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/
const plainMicro = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/

/** A time in the form the API writes it: UTC, whole seconds. Throws with Kubernetes' words. */
export const canonicalTime = (text: string): string => {
  if (plain.test(text)) return text
  const problem = problemOf(text, 'time')
  if (problem) throw new Error(problem)
  return formatTime(Date.parse(text.replace(/T(\d):/, 'T0$1:').replace(/,(\d+)/, '.$1')))
}

/** The same for MicroTime. */
export const canonicalMicroTime = (text: string): string => {
  if (plainMicro.test(text)) return text
  const problem = problemOf(text, 'microTime')
  if (problem) throw new Error(problem)
  const fraction = /\.(\d{6})/.exec(text)?.[1] ?? '000000'
  return `${formatTime(Date.parse(text.replace(/T(\d):/, 'T0$1:').replace(/\.\d{6}/, ''))).slice(0, -1)}.${fraction}Z`
}
