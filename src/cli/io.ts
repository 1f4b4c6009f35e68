// The world outside a command: what it reads and where it writes. Given to it, so that tests can own it.
import {fstatSync, readSync, statSync, writeSync} from 'node:fs'
import {hasCode} from '../lib/node-error.ts'

export interface Io {
  /** For machines and people: the answer. */
  out(text: string | Uint8Array): void
  /** For people: everything else. */
  err(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly isTerminal: {readonly in: boolean; readonly out: boolean; readonly err: boolean}
  /** All of stdin. */
  readStdin(): Buffer
  /** The next word of stdin, as somebody types it: no more is read than it and what ends it. */
  readWord(): string
  /** Now, in milliseconds since 1970. */
  now(): number
}

/** The reader of our output went away: there is nobody to work for. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone'
}

/** What is a file, a pipe or nothing at all is no terminal: only who is left has to ask Node's module for them. */
const isTerminal = (descriptor: number): boolean => {
  try {
    const file = fstatSync(descriptor)
    if (!file.isCharacterDevice() || file.rdev === statSync('/dev/null').rdev) return false
  } catch {
    // Closed.
    return false
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor)
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4))

/** Waits for a slow reader of a pipe that does not block. */
const retryWhileBusy = <T>(call: () => T): T => {
  for (;;)
    try {
      return call()
    } catch (error) {
      if (hasCode(error, 'EPIPE')) throw new ReaderGone('the reader of the output is gone', {cause: error})
      if (!hasCode(error, 'EAGAIN')) throw error
      Atomics.wait(sleepCell, 0, 0, 2)
    }
}

const writeAll = (descriptor: number, text: string | Uint8Array): void => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.length; ) at += retryWhileBusy(() => writeSync(descriptor, bytes, at))
}

const readAll = (descriptor: number): Buffer => {
  const chunks: Buffer[] = []
  const chunk = Buffer.allocUnsafe(65_536)
  for (;;) {
    const length = retryWhileBusy(() => readEnd(() => readSync(descriptor, chunk)))
    if (length === 0) return Buffer.concat(chunks)
    chunks.push(Buffer.from(chunk.subarray(0, length)))
  }
}

const readWord = (descriptor: number): string => {
  const byte = Buffer.alloc(1)
  let word = ''
  for (;;) {
    const length = retryWhileBusy(() => readEnd(() => readSync(descriptor, byte)))
    const letter = byte.toString('latin1')
    if (length === 0 || (word !== '' && /\s/.test(letter))) return Buffer.from(word, 'latin1').toString('utf8')
    if (!/\s/.test(letter)) word += letter
  }
}

/** Reading a closed terminal or pipe is its end. */
const readEnd = (read: () => number): number => {
  try {
    return read()
  } catch (error) {
    if (hasCode(error, 'EOF', 'EIO')) return 0
    throw error
  }
}

export const systemIo = (env: Io['env']): Io => ({
  out: (text) => writeAll(1, text),
  err: (text) => writeAll(2, text),
  env,
  cwd: process.cwd(),
  isTerminal: {in: isTerminal(0), out: isTerminal(1), err: isTerminal(2)},
  readStdin: () => readAll(0),
  readWord: () => readWord(0),
  now: () => Date.now(),
})
