// A further process in a running container: through nsenter, in the same control group, with the container's own
// environment, user and limits.
import {type ChildProcess, spawn} from 'node:child_process'
import type {Readable, Writable} from 'node:stream'
import {killPid} from './kill-pid.ts'
import type {Exit, PreparedExec} from './launch/launched.ts'
import {processScript} from './launch/process-script.ts'
import {copiedTools, hostTools} from './launch/tools.ts'
import {exitOf, withTerminal} from './launch/unshare.ts'
import type {LiveContainer} from './records.ts'
import {SYSTEM_PATH} from './run-program.ts'
import {shellQuote, shellWords} from './shell-quote.ts'

export interface ExecRequest {
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
  /** Of the terminal, before the command looks at it. */
  readonly size?: {readonly columns: number; readonly rows: number} | undefined
}

export interface Executing {
  readonly pid: number
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  readonly stderr: Readable | undefined
  readonly exited: Promise<Exit>
  /** After the exit and the last byte of output. */
  readonly closed: Promise<void>
  kill(): void
}

/** On a terminal that is made inside the container the command finds it by its name; it takes this machine's programs. */
const makesTerminal = ({isHostImage}: LiveContainer['spec'], tty: boolean): boolean => tty && isHostImage

const prepareExec = ({spec, launched}: LiveContainer, {command, size, tty}: ExecRequest): PreparedExec => {
  const env = tty ? [...spec.process.env, ['TERM', 'xterm'] as const] : spec.process.env
  const process = {...spec.process, command, env}
  const resize = size ? [`stty cols ${size.columns} rows ${size.rows} 2> /dev/null`] : []
  if (launched.prepareExec) {
    const prepared = launched.prepareExec(process, tty)
    return {...prepared, script: [...resize, prepared.script].join('\n')}
  }
  const words = processScript(process, spec.isHostImage ? hostTools : copiedTools, {
    changesFolder: true,
    diesWithParent: true,
    leadsTerminal: tty,
  })
  const enter = `exec setpriv --pdeathsig KILL nsenter --target ${launched.pid} ${ownNamespaces(spec).join(' ')}`
  const join = spec.cgroupProcs.map((file) => `echo $$ > ${shellQuote(file)} || exit 125`)
  // It has asked to die with the shell.
  const rest = {pid: () => 0, forget: () => undefined}
  if (!makesTerminal(spec, tty)) return {...rest, script: [...join, ...resize, `${enter} ${words}`].join('\n')}
  const inside = shellWords(withTerminal(true, ['sh', '-c', [...resize, `exec ${words}`].join('\n')]))
  return {...rest, script: [...join, `${enter} setpriv --pdeathsig KILL ${inside}`].join('\n')}
}

/** Those it shares with this machine need no entering, and may not be entered without root. */
const ownNamespaces = ({namespaces: {ipc, net, pid, uts}}: LiveContainer['spec']): string[] => [
  '--mount',
  ...(uts ? ['--uts'] : []),
  ...(ipc ? ['--ipc'] : []),
  ...(net ? ['--net'] : []),
  ...(pid ? ['--pid'] : []),
]

const closedOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })

/** What is left of it after nsenter forked dies with it. */
export const execIn = (container: LiveContainer, request: ExecRequest): Executing => {
  const prepared = prepareExec(container, request)
  const outside = request.tty && (container.launched.prepareExec !== undefined || !makesTerminal(container.spec, true))
  const [program = '', ...args] = withTerminal(outside, ['sh', '-c', prepared.script])
  const child = spawn(program, args, {
    cwd: '/',
    env: {PATH: SYSTEM_PATH, LC_ALL: 'C', SHELL: '/bin/sh', TERM: 'xterm'},
    stdio: [request.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  child.stdin?.on('error', () => undefined) // the command may end without reading
  const exited = exitOf(child).finally(prepared.forget)
  return {
    pid: child.pid ?? 0,
    stdin: child.stdin ?? undefined,
    stdout: child.stdout as Readable,
    stderr: request.tty ? undefined : (child.stderr as Readable),
    exited,
    closed: closedOf(child),
    kill: () => {
      const pid = prepared.pid()
      killPid(pid)
      // Who asked for it takes note of the end and ends too; killed at once it would leave a zombie to others.
      setTimeout(() => child.kill('SIGKILL'), pid > 0 ? REAP_MS : 0)
    },
  }
}

export interface ExecOutput {
  readonly stdout: Buffer
  readonly stderr: Buffer
  readonly exitCode: number
  readonly timedOut: boolean
}

const REAP_MS = 200
const MOST_OUTPUT = 16 * 1024 * 1024

const collect = (stream: Readable | undefined): (() => Buffer) => {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    if ((size += chunk.length) <= MOST_OUTPUT) chunks.push(chunk)
  })
  return () => Buffer.concat(chunks)
}

export const execSync = async (
  container: LiveContainer,
  command: readonly string[],
  timeoutMs: number,
): Promise<ExecOutput> => {
  const running = execIn(container, {command, stdin: false, tty: false})
  const stdout = collect(running.stdout)
  const stderr = collect(running.stderr)
  let timedOut = false
  const timer =
    timeoutMs > 0
      ? setTimeout(() => {
          timedOut = true
          running.kill()
        }, timeoutMs)
      : undefined
  const {code} = await running.exited
  clearTimeout(timer)
  if (!timedOut) await running.closed
  return {stdout: stdout(), stderr: stderr(), exitCode: code, timedOut}
}
