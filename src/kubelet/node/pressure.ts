// Memory that new processes could have.
import {readFileSync} from 'node:fs'

export const availableMemory = (): number => {
  try {
    const found = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
    return Number(found ?? Number.POSITIVE_INFINITY) * 1024
  } catch {
    return Number.POSITIVE_INFINITY // not Linux, or hidden from us
  }
}
