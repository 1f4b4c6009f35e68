import {renameSync, rmSync, writeFileSync} from 'node:fs'

/** Whole or not at all: whoever reads the file, even after a crash, sees the old content or the new. Private to the user. */
export const replaceFile = (file: string, content: string): void => {
  const next = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(next, content, {mode: 0o600, flush: true})
    renameSync(next, file)
  } catch (error) {
    rmSync(next, {force: true})
    throw error
  }
}
