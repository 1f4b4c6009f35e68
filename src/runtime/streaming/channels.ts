// What exec and attach need of a connection, whatever carries it: WebSocket channels or SPDY streams.
import type {Readable} from 'node:stream'

export interface StreamOptions {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

export interface Channels {
  /** Ends when the other side has no more; absent where it was not asked for. */
  readonly stdin: Readable | undefined
  /** False: wait for `drained`. */
  writeStdout(chunk: Buffer): boolean
  writeStderr(chunk: Buffer): boolean
  drained(): Promise<void>
  onResize(resize: (columns: number, rows: number) => void): void
  /** How it ended, as a Status; then everything closes. */
  finish(status: object): void
  /** The other side is gone. */
  readonly closed: Promise<void>
}

export const success = {metadata: {}, status: 'Success'}

export const exitStatus = (code: number): object =>
  code === 0
    ? success
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: exit status ${code}`,
        reason: 'NonZeroExitCode',
        details: {causes: [{reason: 'ExitCode', message: String(code)}]},
      }

export const failure = (message: string): object => ({
  metadata: {},
  status: 'Failure',
  message,
  reason: 'InternalError',
  details: {causes: [{message}]},
  code: 500,
})

export const parseSize = (bytes: Buffer): {columns: number; rows: number} | undefined => {
  try {
    const {Width, Height} = JSON.parse(bytes.toString()) as {Width?: number; Height?: number}
    return Width && Height ? {columns: Width, rows: Height} : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
