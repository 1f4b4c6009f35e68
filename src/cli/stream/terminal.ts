// This process's own terminal as the ends of a remote command.
import {failOnInterrupt} from '../interrupt.ts'
import type {Io} from '../io.ts'
import type {RemoteStreams, TerminalSize} from './remote-command.ts'

export interface TerminalWish {
  readonly stdin: boolean
  readonly tty: boolean
}

const watchSize = (tell: (size: TerminalSize) => void): (() => void) => {
  const say = (): void => tell({width: process.stdout.columns, height: process.stdout.rows})
  say()
  process.stdout.on('resize', say)
  return () => process.stdout.off('resize', say)
}

/** `use` runs with the terminal in raw mode, which ends with it. */
export const withTerminal = async <T>(
  io: Io,
  wish: TerminalWish,
  use: (streams: RemoteStreams) => Promise<T>,
): Promise<T> => {
  const isTyped = wish.stdin && io.isTerminal.in
  if (isTyped) failOnInterrupt()
  const isRaw = wish.tty && isTyped
  if (isRaw) process.stdin.setRawMode(true)
  try {
    return await use({
      stdin: wish.stdin ? (process.stdin as AsyncIterable<Uint8Array>) : undefined,
      stdout: (chunk) => io.out(chunk),
      stderr: (chunk) => io.err(Buffer.from(chunk).toString('utf8')),
      onResize: wish.tty && io.isTerminal.out ? watchSize : undefined,
    })
  } finally {
    if (isRaw) process.stdin.setRawMode(false)
    if (wish.stdin) {
      process.stdin.pause()
      process.stdin.destroy()
    }
  }
}

/** A terminal only where there is one. */
export const ttyOrWarning = (io: Io, wish: TerminalWish): boolean => {
  if (!wish.tty) return false
  if (!wish.stdin || io.isTerminal.in) return true
  io.err('Unable to use a TTY - input is not a terminal or the right kind of file\n')
  return false
}
