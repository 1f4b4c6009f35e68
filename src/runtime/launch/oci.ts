// The launcher that leaves the work to runc or crun: `run` in the foreground, so that its exit is the container's.
import {spawn} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Readable} from 'node:stream'
import {setTimeout as wait} from 'node:timers/promises'
import {boundingSet} from '../capabilities.ts'
import {runProgram, SYSTEM_PATH, tryProgram} from '../run-program.ts'
import {shellQuote} from '../shell-quote.ts'
import {kept, type Launch, LaunchError} from './launched.ts'
import {rootTable} from './mount-tables.ts'
import {ociConfig, ociProcess} from './oci-config.ts'
import type {LaunchSpec} from './spec.ts'
import {exitOf, withTerminal} from './unshare.ts'

const LOOK_MS = 2

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
  return messages.at(-1) ?? ''
}

const mountRoot = async (spec: LaunchSpec): Promise<void> => {
  const table = join(spec.folder, 'root.fstab')
  writeFileSync(table, rootTable(spec), {mode: 0o600})
  await runProgram('mount', ['--all', '--fstab', table])
}

const unmountRoot = async (spec: LaunchSpec): Promise<void> => {
  const top = join(spec.folder, 'root')
  const paths = [...spec.root.submounts.map(({path}) => `${top}${path}`).reverse(), top]
  await tryProgram('umount', ['-l', ...paths])
}

/** A name that was set when the namespace was made may be a spare's. */
const setHostname = async ({hostname, namespaces: {uts}}: LaunchSpec): Promise<void> => {
  if (!hostname || !uts) return
  await runProgram('nsenter', [`--uts=${uts}`, 'sh', '-c', 'echo "$1" > /proc/sys/kernel/hostname', 'sh', hostname])
}

export const createOciLauncher = (root: string, program: 'runc' | 'crun', cgroupTop: string): Launch => {
  const possible = boundingSet(readFileSync('/proc/self/status', 'utf8'))
  const state = join(root, program)
  const cgroupFlags = program === 'crun' ? ['--cgroup-manager=disabled'] : []
  let execs = 0

  return async (spec) => {
    const file = (name: string): string => join(spec.folder, name)
    writeFileSync(file('config.json'), JSON.stringify(ociConfig(spec, `/${cgroupTop}${spec.cgroupPath}`, possible)), {
      mode: 0o600,
    })
    await Promise.all([mountRoot(spec), setHostname(spec)])
    const words = [
      ...[
        'setpriv',
        '--pdeathsig',
        'KILL',
        program,
        ...cgroupFlags,
        '--root',
        state,
        '--log',
        file('launch.log'),
        '--log-format',
        'json',
      ],
      ...['run', '--bundle', spec.folder, '--pid-file', file('init.pid'), spec.id],
    ]
    // crun refuses some machines' mix of control groups: it is launched inside the group we made, and leaves it alone.
    const joinGroup = spec.cgroupProcs.map((procs) => `echo $$ > ${shellQuote(procs)}; `).join('')
    const launch = program === 'crun' ? ['sh', '-c', `${joinGroup}exec "$@"`, 'sh', ...words] : words
    const [command = '', ...args] = withTerminal(spec.tty, launch)
    const child = spawn(command, args, {
      cwd: '/',
      env: {PATH: SYSTEM_PATH, LC_ALL: 'C', SHELL: '/bin/sh', TERM: 'xterm'},
      stdio: [spec.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr] = [kept(child.stdout as Readable), kept(child.stderr as Readable)]
    let over = false
    const exited = exitOf(child).then(async (exit) => {
      over = true
      await tryProgram(program, ['--root', state, 'delete', '--force', spec.id])
      await unmountRoot(spec)
      return exit
    })
    let pid = 0
    while (!over) {
      pid ||= Number(readText(file('init.pid')))
      if (pid && hasBecomeCommand(pid, program)) break
      await wait(LOOK_MS)
    }
    const complaint = over ? complaintOf(file('launch.log')) : ''
    if (over && (!pid || complaint)) {
      await exited
      throw new LaunchError(complaint || 'the container could not be set up', 128)
    }
    return {
      pid,
      terminalPid: spec.tty ? child.pid : undefined,
      stdin: child.stdin ?? undefined,
      stdout,
      stderr: spec.tty ? undefined : stderr,
      exited,
      execWords: (process, tty) => {
        const description = file(`exec-${execs++}.json`)
        writeFileSync(description, JSON.stringify(ociProcess(process, tty, possible)), {mode: 0o600})
        return [program, '--root', state, 'exec', '--process', description, spec.id].map(shellQuote).join(' ')
      },
    }
  }
}

export const isInstalled = (program: string): boolean =>
  SYSTEM_PATH.split(':').some((folder) => existsSync(join(folder, program)))
