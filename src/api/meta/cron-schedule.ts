// Whether a schedule can be understood, and what is wrong with it, in the words of the cron parser Kubernetes has.

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const fields: readonly Bounds[] = [
  {min: 0, max: 59},
  {min: 0, max: 23},
  {min: 1, max: 31},
  {min: 1, max: 12, names: months},
  {min: 0, max: 6, names: days},
]
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

class Unreadable extends Error {}

const readNumber = (text: string): number => {
  if (!/^[+-]?\d+$/.test(text))
    throw new Unreadable(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  const value = Number(text)
  if (value < 0) throw new Unreadable(`negative number (${value}) not allowed: ${text}`)
  return value
}

const readNamed = (text: string, {min, names}: Bounds): number => {
  const at = names?.indexOf(text.toLowerCase()) ?? -1
  return at < 0 ? readNumber(text) : at + min
}

const checkRange = (expression: string, bounds: Bounds): void => {
  const [range = '', stepText, ...tooManySteps] = expression.split('/')
  const [low = '', high, ...tooManyEnds] = range.split('-')
  const isAny = low === '*' || low === '?'
  if (!isAny && tooManyEnds.length > 0) throw new Unreadable(`too many hyphens: ${expression}`)
  const start = isAny ? bounds.min : readNamed(low, bounds)
  let end = isAny ? bounds.max : high === undefined ? start : readNamed(high, bounds)
  if (tooManySteps.length > 0) throw new Unreadable(`too many slashes: ${expression}`)
  const step = stepText === undefined ? 1 : readNumber(stepText)
  if (stepText !== undefined && high === undefined) end = bounds.max
  if (start < bounds.min)
    throw new Unreadable(`beginning of range (${start}) below minimum (${bounds.min}): ${expression}`)
  if (end > bounds.max) throw new Unreadable(`end of range (${end}) above maximum (${bounds.max}): ${expression}`)
  if (start > end) throw new Unreadable(`beginning of range (${start}) beyond end of range (${end}): ${expression}`)
  if (step === 0) throw new Unreadable(`step of range should be a positive number: ${expression}`)
}

const checkDescriptor = (text: string): void => {
  if (descriptors.includes(text)) return
  if (!text.startsWith('@every ')) throw new Unreadable(`unrecognized descriptor: ${text}`)
  const duration = text.slice('@every '.length)
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$/.test(duration))
    throw new Unreadable(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`)
}

const check = (text: string): void => {
  if (text === '') throw new Unreadable('empty spec string')
  const schedule = text.replace(/^(?:CRON_)?TZ=\S*\s+/, '')
  if (schedule.startsWith('@')) {
    checkDescriptor(schedule)
    return
  }
  const parts = schedule.split(/\s+/).filter((part) => part !== '')
  if (parts.length !== 5) throw new Unreadable(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`)
  for (const [index, part] of parts.entries())
    for (const expression of part.split(',').filter((each) => each !== ''))
      checkRange(expression, fields[index] as Bounds)
}

/** What is wrong with the schedule; undefined when it is fine. */
export const scheduleProblem = (schedule: string): string | undefined => {
  try {
    check(schedule)
    return undefined
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}
