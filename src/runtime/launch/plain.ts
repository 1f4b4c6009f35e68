// The launcher of the last resort: a process beside all others, in this machine's own root, as this user. What it cannot
// give, it refuses; what every pod gets unasked (names, tokens, the termination log) such a process does without.
import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync, mkdirSync} from 'node:fs'
import type {Readable} from 'node:stream'
import {findProgram} from '../run-program.ts'
import {shellQuote, shellWords} from '../shell-quote.ts'
import {kept, type Launch, LaunchError} from './launched.ts'
import type {LaunchSpec, ProcessSpec} from './spec.ts'
import {exitOf, withTerminal} from './unshare.ts'

/** Files that the kubelet adds to every container. */
const unasked = (target: string): boolean =>
  target.startsWith('/etc/') ||
  target === '/dev/termination-log' ||
  target.startsWith('/var/run/secrets/kubernetes.io/serviceaccount')

const refusalOf = ({isHostImage, mounts, privileged, readOnlyRoot}: LaunchSpec): string | undefined => {
  if (!isHostImage) return 'images other than "host" need Linux, and root or user namespaces'
  const mount = mounts.find(({target}) => !unasked(target))
  if (mount) return `a volume at ${mount.target} needs Linux, and root or user namespaces`
  if (privileged) return 'a privileged container needs root'
  return readOnlyRoot ? 'a read-only root needs Linux, and root or user namespaces' : undefined
}

const scriptOf = ({command, cwd, env}: ProcessSpec): string => {
  const variables = shellWords(env.map(([name, value]) => `${name}=${value}`))
  return `cd ${shellQuote(cwd)} 2> /dev/null; exec env -i ${variables} ${shellWords(command)}`
}

const isThere = ([program = '']: readonly string[], cwd: string): boolean =>
  program.includes('/')
    ? existsSync(program.startsWith('/') ? program : `${cwd}/${program}`)
    : findProgram(program) !== undefined

/** Led by itself, so that all it starts can be ended together. */
const spawnProcess = (spec: LaunchSpec): ChildProcess => {
  const [program = '', ...args] = withTerminal(spec.tty, ['sh', '-c', scriptOf(spec.process)])
  return spawn(program, args, {
    cwd: '/',
    env: process.env,
    detached: true,
    stdio: [spec.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
}

export const plainLauncher: Launch = async (spec) => {
  const refusal = refusalOf(spec)
  if (refusal) throw new LaunchError(refusal, 128)
  const {command, cwd} = spec.process
  if (!isThere(command, cwd)) throw new LaunchError(`exec: "${command[0]}": executable file not found in $PATH`, 128)
  mkdirSync(spec.folder, {recursive: true})
  const child = spawnProcess(spec)
  const {pid = 0} = child
  return {
    pid,
    terminalPid: spec.tty ? pid : undefined,
    stdin: child.stdin ?? undefined,
    stdout: kept(child.stdout as Readable),
    stderr: spec.tty ? undefined : kept(child.stderr as Readable),
    exited: exitOf(child),
    leadsGroup: true,
    prepareExec: (process) => ({script: scriptOf(process), pid: () => 0, forget: () => undefined}),
  }
}
