import {parseGoDuration} from '../go/duration.ts'
import {UsageMistake} from '../usage-mistake.ts'

/** `10` (seconds), `10s`, `2m`; '0' and '': without end. */
export const requestTimeoutMs = (text: string): number => {
  if (text === '' || text === '0') return 0
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const parsed = parseGoDuration(text)
  if (typeof parsed === 'number') return parsed
  throw new UsageMistake(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
  )
}
