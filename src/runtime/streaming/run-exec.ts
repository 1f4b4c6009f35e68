// Joins a connection with a process: exec starts one, attach takes the container's own.
import {readFileSync, readlinkSync} from 'node:fs'
import type {Readable} from 'node:stream'
import {execIn} from '../exec.ts'
import {mayBeRefusal, refusalOf} from '../exec-refusal.ts'
import type {LiveContainer} from '../records.ts'
import {tryProgram} from '../run-program.ts'
import {type Channels, exitStatus, failure, type StreamOptions, success} from './channels.ts'

const firstChild = (pid: string): string =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? ''

/** The command runs on a terminal that script(1) made, here or in the container: a child of its sits on it. */
const onTerminal = (pid: number): string => {
  try {
    let child = firstChild(String(pid))
    while (child && !/^\/dev\/(pts\/\d+|console)$/.test(readlinkSync(`/proc/${child}/fd/0`))) child = firstChild(child)
    return child
  } catch {
    return '' // it has ended
  }
}

const setTerminalSize = async (pid: number, columns: number, rows: number): Promise<void> => {
  const child = onTerminal(pid)
  if (child) await tryProgram('stty', ['-F', `/proc/${child}/fd/0`, 'cols', String(columns), 'rows', String(rows)])
}

const forward = (from: Readable | undefined, write: (chunk: Buffer) => boolean, {drained}: Channels): void => {
  from?.on('data', (chunk: Buffer) => {
    if (write(chunk)) return
    from.pause()
    void drained().then(() => from.resume())
  })
}

const SIZE_WITHIN_MS = 60

/** Clients say it at once; those that do not are not waited for. */
const firstSize = (channels: Channels): Promise<{columns: number; rows: number} | undefined> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), SIZE_WITHIN_MS)
    channels.onResize((columns, rows) => {
      clearTimeout(timer)
      resolve({columns, rows})
    })
  })

export const runExec = async (
  container: LiveContainer,
  command: readonly string[],
  options: StreamOptions,
  channels: Channels,
): Promise<void> => {
  const size = options.tty ? await firstSize(channels) : undefined
  const running = execIn(container, {command, stdin: options.stdin, tty: options.tty, size})
  const writeStderr = (chunk: Buffer): boolean => (options.stderr ? channels.writeStderr(chunk) : true)
  let withheld: string | undefined = ''
  forward(running.stdout, (chunk) => (options.stdout ? channels.writeStdout(chunk) : true), channels)
  forward(
    running.stderr,
    (chunk) => {
      if (withheld === undefined) return writeStderr(chunk)
      withheld += chunk.toString('latin1')
      if (mayBeRefusal(withheld)) return true
      const text = Buffer.from(withheld, 'latin1')
      withheld = undefined
      return writeStderr(text)
    },
    channels,
  )
  if (channels.stdin && running.stdin) channels.stdin.pipe(running.stdin)
  channels.onResize((columns, rows) => void setTerminalSize(running.pid, columns, rows))
  void channels.closed.then(() => running.kill())
  const {code} = await running.exited
  await running.closed
  const refusal = refusalOf(command, code, withheld ?? '')
  if (withheld && !refusal) writeStderr(Buffer.from(withheld, 'latin1'))
  channels.finish(refusal ? failure(`error executing command in container: ${refusal}`) : exitStatus(code))
}

export const runAttach = async (
  container: LiveContainer,
  options: StreamOptions,
  channels: Channels,
): Promise<void> => {
  const {launched, record, watchers} = container
  const watch = (stream: 'stdout' | 'stderr', chunk: Buffer): void => {
    if (stream === 'stdout' && options.stdout) channels.writeStdout(chunk)
    if (stream === 'stderr' && options.stderr) channels.writeStderr(chunk)
  }
  watchers.add(watch)
  if (channels.stdin && launched.stdin) {
    const {stdin} = launched
    channels.stdin.on('data', (chunk: Buffer) => stdin.write(chunk))
    channels.stdin.on('end', () => {
      if (record.config.stdinOnce) stdin.end()
    })
  }
  const scriptPid = launched.terminalPid
  if (scriptPid) channels.onResize((columns, rows) => void setTerminalSize(scriptPid, columns, rows))
  await Promise.race([container.ended, channels.closed])
  watchers.delete(watch)
  channels.finish(success)
}
