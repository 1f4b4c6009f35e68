// A command's world in memory: what it writes is kept, what it reads is given.
import type {Io} from '../../src/cli/io.ts'

export interface ScriptedIo extends Io {
  readonly written: () => string
  readonly said: () => string
}

export const scriptedIo = (
  options: Partial<Pick<Io, 'env' | 'cwd'>> & {readonly stdin?: string; readonly now?: number} = {},
): ScriptedIo => {
  let out = ''
  let err = ''
  return {
    out: (text) => {
      out += typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
    },
    err: (text) => {
      err += text
    },
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    isTerminal: {in: false, out: false, err: false},
    readStdin: () => Buffer.from(options.stdin ?? ''),
    readWord: () => '',
    now: () => options.now ?? 0,
    written: () => out,
    said: () => err,
  }
}
