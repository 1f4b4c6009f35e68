// Reads a container's log as `kubectl logs` wants it: from a line count or a time on, with stamps or without, up to a
// number of bytes, and onwards while the container runs.
import {closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch} from 'node:fs'
import {dirname} from 'node:path'

export interface LogOptions {
  readonly follow: boolean
  readonly timestamps: boolean
  readonly tailLines: number | undefined
  readonly sinceMs: number | undefined
  readonly limitBytes: number | undefined
  readonly stream: 'All' | 'Stdout' | 'Stderr'
}

const CHUNK = 64 * 1024
const NEWLINE = 10
/** Where the file system sends no news. */
const LOOK_AGAIN_MS = 250

/** The offset at which the last `lines` lines begin. */
const tailOffset = (file: number, lines: number): number => {
  const {size} = fstatSync(file)
  if (lines <= 0) return size
  const chunk = Buffer.alloc(CHUNK)
  let seen = 0
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK)
    const read = readSync(file, chunk, 0, end - start, start)
    for (let at = read - 1; at >= 0; at--)
      if (chunk[at] === NEWLINE && start + at !== size - 1 && ++seen === lines) return start + at + 1
  }
  return 0
}

/** From stored lines to what people see. Remembers whether a line is still open. */
class Formatter {
  readonly #options: LogOptions
  #lineStart = true
  #left: number
  constructor(options: LogOptions) {
    this.#options = options
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY
  }
  get full(): boolean {
    return this.#left <= 0
  }
  format(line: Buffer): Buffer | undefined {
    const first = line.indexOf(32)
    const second = line.indexOf(32, first + 1)
    const third = line.indexOf(32, second + 1)
    if (third < 0) return undefined
    const stamp = line.toString('latin1', 0, first)
    const stream = line.toString('latin1', first + 1, second)
    const {sinceMs, stream: wanted, timestamps} = this.#options
    if (sinceMs !== undefined && Date.parse(stamp) < sinceMs) return undefined
    if (wanted !== 'All' && wanted.toLowerCase() !== stream) return undefined
    const partial = line[second + 1] === 80
    const prefix = timestamps && this.#lineStart ? `${stamp} ` : ''
    this.#lineStart = !partial
    const text = Buffer.concat([Buffer.from(prefix), line.subarray(third + 1), Buffer.from(partial ? '' : '\n')])
    const cut = text.subarray(0, Math.max(0, this.#left))
    this.#left -= cut.length
    return cut
  }
}

/** Settles when the file may have grown, or at the latest soon. */
const grown = (path: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      watcher?.close()
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, LOOK_AGAIN_MS)
    const watcher = existsSync(path) ? watch(path, {persistent: false}, done) : undefined
    watcher?.on('error', done)
    signal.addEventListener('abort', done, {once: true})
  })

export interface LogSource {
  readonly path: string
  /** Asked when everything was read: whether more can come. */
  isRunning(): boolean
  readonly signal: AbortSignal
}

const inodeOf = (path: string): number | undefined => {
  try {
    return statSync(path).ino
  } catch {
    return undefined // between two files of a rotation
  }
}

export async function* readLog({isRunning, path, signal}: LogSource, options: LogOptions): AsyncGenerator<Buffer> {
  if (!existsSync(dirname(path)) || !existsSync(path)) return
  let file = openSync(path, 'r')
  try {
    const formatter = new Formatter(options)
    let position = options.tailLines === undefined ? 0 : tailOffset(file, options.tailLines)
    let pending = Buffer.alloc(0)
    const chunk = Buffer.alloc(CHUNK)
    let running = true
    let drained = false
    while (!signal.aborted && !formatter.full) {
      const read = readSync(file, chunk, 0, CHUNK, position)
      if (read > 0) {
        position += read
        pending = Buffer.concat([pending, chunk.subarray(0, read)])
        const texts: Buffer[] = []
        for (let end = pending.indexOf(NEWLINE); end >= 0 && !formatter.full; end = pending.indexOf(NEWLINE)) {
          const text = formatter.format(pending.subarray(0, end))
          if (text) texts.push(text)
          pending = pending.subarray(end + 1)
        }
        if (texts.length > 0) yield Buffer.concat(texts)
        continue
      }
      const fresh = inodeOf(path)
      if (fresh !== undefined && fresh !== fstatSync(file).ino) {
        // Once more after the news of the rotation: what came in between is in the old file.
        if (!drained) {
          drained = true
          continue
        }
        drained = false
        closeSync(file)
        file = openSync(path, 'r')
        position = 0
        continue
      }
      // One more look after the end: what was written last comes before the news of the exit.
      if (!options.follow || !running) return
      running = isRunning()
      if (running) await grown(path, signal)
    }
  } finally {
    closeSync(file)
  }
}
