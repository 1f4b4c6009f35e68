// The launcher that leaves the work to runc or crun: `run` in the foreground, so that its exit is the container's. It runs
// in a mount namespace of its own: what is mounted for it is gone with it, however it ends.
import {spawn} from 'node:child_process'
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Readable} from 'node:stream'
import {setTimeout as wait} from 'node:timers/promises'
import {boundingSet} from '../capabilities.ts'
import {SYSTEM_PATH, tryProgram} from '../run-program.ts'
import {shellQuote, shellWords} from '../shell-quote.ts'
import {keepToOurselves} from './keep-to-ourselves.ts'
import {kept, type Launch, LaunchError} from './launched.ts'
import {rootTable} from './mount-tables.ts'
import {ociConfig, ociProcess} from './oci-config.ts'
import {type LaunchSpec, sharesMounts} from './spec.ts'
import {exitOf, withTerminal} from './unshare.ts'

export type OciProgram = 'runc' | 'crun'

const LOOK_MS = 2
const HYBRID_FOLDER = '/sys/fs/cgroup/unified'

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not there yet, or gone
  }
}

/** Before the command it is the runtime's own program that runs there. */
const hasBecomeCommand = (pid: number, program: string): boolean => {
  const words = readText(`/proc/${pid}/cmdline`).split('\0')
  return words[0] !== '' && !(words[1] === 'init' && words[0]?.includes(program)) && !words[0]?.startsWith('[libcrun')
}

/** What the runtime logged: the last error's message. */
const complaintOf = (logFile: string): string => {
  const lines = readText(logFile).split('\n').filter(Boolean)
  const messages = lines.flatMap((line) => {
    try {
      const {level, msg} = JSON.parse(line) as {level?: string; msg?: string}
      return level === 'error' || level === 'fatal' ? (msg ?? []) : []
    } catch {
      return line
    }
  })
  return usualWords(messages.at(-1) ?? '')
}

/** Other programs, other words for what people know by runc's. */
const usualWords = (complaint: string): string =>
  complaint.replace(/^executable file `(.*)` not found in \$PATH.*/, (_, name: string) =>
    name.includes('/')
      ? `exec: "${name}": stat ${name}: no such file or directory`
      : `exec: "${name}": executable file not found in $PATH`,
  )

/** crun keeps out of control groups (it refuses machines that mix their versions): the process joins before it starts. */
const joinLines = (program: OciProgram, {cgroupProcs}: LaunchSpec): string[] =>
  program === 'crun' ? cgroupProcs.map((procs) => `echo $$ > ${shellQuote(procs)}`) : []

/** crun looks at this folder before it does anything; here nobody else sees that it is gone. */
const hideLines = (program: OciProgram): string[] =>
  program === 'crun' && existsSync(HYBRID_FOLDER) ? [`umount -l ${HYBRID_FOLDER}`] : []

const inOwnMounts = (lines: readonly string[], words: string, propagation = 'slave'): string => {
  const script = ['set -e', ...lines, `exec ${words}`].join('\n')
  return `exec setpriv --pdeathsig KILL unshare --mount --propagation ${propagation} sh -c ${shellQuote(script)}`
}

/** Beside the runtime's own program only in `state` and in the container's folder. */
export const createOciLauncher = (root: string, program: OciProgram, cgroupTop: string): Launch => {
  const possible = boundingSet(readFileSync('/proc/self/status', 'utf8'))
  const state = join(root, program)
  const flags = program === 'crun' ? ['--cgroup-manager=disabled', '--root', state] : ['--root', state]
  let execs = 0

  return async (spec) => {
    const file = (name: string): string => join(spec.folder, name)
    // Of a start that nobody saw the end of.
    for (const leftOver of [join(state, spec.id), file('init.pid'), file('launch.log')])
      rmSync(leftOver, {recursive: true, force: true})
    const write = (name: string, text: string): void => writeFileSync(file(name), text, {mode: 0o600})
    write('config.json', JSON.stringify(ociConfig(spec, `/${cgroupTop}${spec.cgroupPath}`, possible)))
    write('root.fstab', rootTable(spec))
    const run = ['run', ...(program === 'runc' ? ['--keep'] : []), '--bundle', spec.folder]
    const words = shellWords([
      ...[program, ...flags, '--log', file('launch.log'), '--log-format', 'json'],
      ...[...run, '--pid-file', file('init.pid'), spec.id],
    ])
    const mounts = [
      ...hideLines(program),
      `cd ${shellQuote(spec.root.layersFolder)}`,
      `mount --all --fstab ${shellQuote(file('root.fstab'))}`,
      'cd /',
    ]
    write(
      'launch.sh',
      [
        'set -e',
        ...joinLines(program, spec),
        inOwnMounts(
          [...(sharesMounts(spec) ? keepToOurselves(spec) : []), ...mounts],
          words,
          sharesMounts(spec) ? 'unchanged' : 'slave',
        ),
      ].join('\n'),
    )
    const [command = '', ...args] = withTerminal(spec.tty, ['sh', file('launch.sh')])
    const child = spawn(command, args, {
      cwd: '/',
      env: {PATH: SYSTEM_PATH, LC_ALL: 'C', SHELL: '/bin/sh', TERM: 'xterm'},
      stdio: [spec.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr] = [kept(child.stdout as Readable), kept(child.stderr as Readable)]
    let over = false
    const exited = exitOf(child).finally(() => (over = true))
    const forget = async (): Promise<void> => {
      await tryProgram(program, [...flags, 'delete', '--force', spec.id])
    }
    let pid = 0
    while (!over) {
      pid ||= Number(readText(file('init.pid')))
      if (pid && hasBecomeCommand(pid, program)) break
      await wait(LOOK_MS)
    }
    // It may have been over before we looked once.
    pid ||= Number(readText(file('init.pid')))
    const complaint = over ? complaintOf(file('launch.log')) : ''
    if (over && (!pid || complaint)) {
      await forget()
      const said = String(stderr.read() ?? '').trim()
      throw new LaunchError(complaint || said || 'the container could not be set up', 128)
    }
    return {
      pid,
      terminalPid: spec.tty ? child.pid : undefined,
      stdin: child.stdin ?? undefined,
      stdout,
      stderr: spec.tty ? undefined : stderr,
      exited,
      forget,
      prepareExec: (process, tty) => {
        const [description, pidFile] = [file(`exec-${++execs}.json`), file(`exec-${execs}.pid`)]
        writeFileSync(description, JSON.stringify(ociProcess(process, tty, possible)), {mode: 0o600})
        const call = shellWords([program, ...flags, 'exec', '--process', description, '--pid-file', pidFile, spec.id])
        return {
          script: [...joinLines(program, spec), inOwnMounts(hideLines(program), call)].join('\n'),
          pid: () => Number(readText(pidFile)),
          forget: () => {
            for (const name of [description, pidFile]) rmSync(name, {force: true})
          },
        }
      },
    }
  }
}
