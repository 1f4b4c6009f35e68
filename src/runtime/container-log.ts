// A container's output in CRI's log format: a stamp, the stream, F for a full line or P for a part of one, the text.
import {closeSync, mkdirSync, openSync, writeSync} from 'node:fs'
import {dirname} from 'node:path'
import {nowStamp} from './time.ts'

const LONGEST_LINE = 16 * 1024
const NEWLINE = 10

export type OutputStream = 'stdout' | 'stderr'

export class ContainerLog {
  readonly #path: string
  #file: number | undefined
  readonly #partial: Record<OutputStream, Buffer> = {stdout: Buffer.alloc(0), stderr: Buffer.alloc(0)}

  constructor(path: string) {
    this.#path = path
    if (path) this.reopen()
  }

  /** After the file was moved away: writing goes on in a new one. */
  reopen(): void {
    if (!this.#path) return
    if (this.#file !== undefined) closeSync(this.#file)
    mkdirSync(dirname(this.#path), {recursive: true})
    this.#file = openSync(this.#path, 'a', 0o640)
  }

  write(stream: OutputStream, chunk: Buffer): void {
    if (this.#file === undefined) return
    let rest = this.#partial[stream].length > 0 ? Buffer.concat([this.#partial[stream], chunk]) : chunk
    const entries: Buffer[] = []
    const stamp = nowStamp()
    for (;;) {
      const end = rest.indexOf(NEWLINE)
      if (end >= 0 && end <= LONGEST_LINE) {
        entries.push(Buffer.from(`${stamp} ${stream} F `), rest.subarray(0, end + 1))
        rest = rest.subarray(end + 1)
      } else if (rest.length > LONGEST_LINE) {
        entries.push(Buffer.from(`${stamp} ${stream} P `), rest.subarray(0, LONGEST_LINE), Buffer.from('\n'))
        rest = rest.subarray(LONGEST_LINE)
      } else break
    }
    this.#partial[stream] = Buffer.from(rest)
    if (entries.length > 0) this.#append(Buffer.concat(entries))
  }

  close(): void {
    for (const stream of ['stdout', 'stderr'] as const)
      if (this.#partial[stream].length > 0) {
        this.#append(
          Buffer.concat([Buffer.from(`${nowStamp()} ${stream} P `), this.#partial[stream], Buffer.from('\n')]),
        )
        this.#partial[stream] = Buffer.alloc(0)
      }
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  /** A full disk loses log lines, not containers. */
  #append(bytes: Buffer): void {
    if (this.#file === undefined) return
    try {
      writeSync(this.#file, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}
