// The daemon's log: JSON lines through pino into a file that is rotated by size.
import {closeSync, fstatSync, openSync, renameSync, rmSync, writeSync} from 'node:fs'
import {pino} from 'pino'
import type {LogFields, Logger} from '../lib/logger.ts'

export interface LogFileOptions {
  readonly maxBytes?: number
  readonly keep?: number
}

interface LineWriter extends Disposable {
  write(line: string): void
}

/** Appends at once, so that the last words of a dying process are in the file. */
const openLines = (file: string, {maxBytes = 10 * 2 ** 20, keep = 3}: LogFileOptions): LineWriter => {
  let handle = openSync(file, 'a', 0o600)
  let size = fstatSync(handle).size

  const rotate = (): void => {
    closeSync(handle)
    rmSync(`${file}.${keep}`, {force: true})
    for (let age = keep - 1; age >= 0; age--)
      try {
        renameSync(age === 0 ? file : `${file}.${age}`, `${file}.${age + 1}`)
      } catch {
        // That generation does not exist yet.
      }
    handle = openSync(file, 'a', 0o600)
    size = 0
  }

  return {
    write: (line) => {
      try {
        if (size > maxBytes) rotate()
        size += writeSync(handle, line)
      } catch {
        // A full disk must not take the cluster down; this line is lost.
      }
    },
    [Symbol.dispose]: () => closeSync(handle),
  }
}

export const openLog = (file: string, options: LogFileOptions & {level?: string} = {}): Logger & Disposable => {
  const lines = openLines(file, options)
  const root = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {level: (level) => ({level})},
      serializers: {error: pino.stdSerializers.err},
    },
    lines,
  )
  const wrap = (target: pino.Logger): Logger => ({
    debug: (message, fields: LogFields = {}) => target.debug(fields, message),
    info: (message, fields: LogFields = {}) => target.info(fields, message),
    warn: (message, fields: LogFields = {}) => target.warn(fields, message),
    error: (message, fields: LogFields = {}) => target.error(fields, message),
    child: (fields) => wrap(target.child(fields)),
  })
  return Object.assign(wrap(root), {[Symbol.dispose]: () => lines[Symbol.dispose]()})
}
