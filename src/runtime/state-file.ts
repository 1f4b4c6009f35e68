// Small JSON files that are there whole or not at all.
import {readFileSync, renameSync, writeFileSync} from 'node:fs'

export const writeState = (file: string, value: unknown): void => {
  writeFileSync(`${file}.new`, JSON.stringify(value), {mode: 0o600})
  renameSync(`${file}.new`, file)
}

/** Undefined where there is none, or none that can be read. */
export const readState = <T>(file: string): T | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
