// Parts of instants and lengths of time.
import {declare, type FunctionDecl} from '../language/environment.ts'
import {type Duration, inZone, type Timestamp} from '../values/time.ts'

const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000)

const parts: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: dayOfYear,
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
}

const second = 1_000_000_000n
const lengths: Readonly<Record<string, (nanos: bigint) => bigint>> = {
  getHours: (nanos) => nanos / (3600n * second),
  getMinutes: (nanos) => nanos / (60n * second),
  getSeconds: (nanos) => nanos / second,
  getMilliseconds: (nanos) => (nanos % second) / 1_000_000n,
}

const accessor = (name: string, part: (date: Date) => number): FunctionDecl => {
  const length = lengths[name]
  return declare(name, {
    [`timestamp_${name}`]: ['timestamp.() -> int', (time: Timestamp) => BigInt(part(time.date))],
    [`timestamp_${name}_tz`]: [
      'timestamp.(string) -> int',
      (time: Timestamp, zone: string) => BigInt(part(inZone(time, zone))),
    ],
    ...(length ? {[`duration_${name}`]: ['duration.() -> int', ({nanos}: Duration) => length(nanos)] as const} : {}),
  })
}

export const times: readonly FunctionDecl[] = Object.entries(parts).map(([name, part]) => accessor(name, part))
