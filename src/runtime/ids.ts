import {createHash, randomBytes} from 'node:crypto'

/** As long as other runtimes' ids: tools cut them at 12 or 13 letters. */
export const newId = (): string => randomBytes(32).toString('hex')

/** Tells two profiles on one machine apart in names that are global to the kernel. */
export const profileHash = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 8)
