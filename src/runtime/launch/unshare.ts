// The launcher that needs nothing but util-linux.
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {constants} from 'node:os'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'
import {runProgram, SYSTEM_PATH} from '../run-program.ts'
import {shellQuote} from '../shell-quote.ts'
import {type Exit, kept, type Launch, LaunchError} from './launched.ts'
import {copiedTools, hostTools, ToolCopies} from './tools.ts'
import {copiedToolsIn, devNodes, launchFiles} from './unshare-script.ts'

const devLinks = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  ptmx: 'pts/ptmx',
}

const makeDevFolder = async (folder: string, makesNodes: boolean): Promise<string> => {
  await runProgram('rm', ['-rf', folder])
  for (const name of ['', 'pts', 'shm', 'mqueue']) mkdirSync(join(folder, name), {recursive: true, mode: 0o755})
  for (const [name, target] of Object.entries(devLinks)) symlinkSync(target, join(folder, name))
  // Only the real root can make devices: others mount this machine's.
  if (makesNodes) await runProgram('cp', ['-a', ...devNodes, folder])
  return folder
}

export const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.on('error', () => resolve({code: 128}))
    child.on('exit', (code, signal) =>
      resolve(signal ? {code: 128 + (constants.signals[signal] ?? 0), signal} : {code: code ?? 255}),
    )
  })

/**
 * unshare ends by the signal that ended its child, but for SIGKILL, which it cannot prepare for: it complains, on the
 * report channel, and exits with 1.
 */
const killedOf = async (exited: Promise<Exit>, channel: Readable): Promise<Exit> => {
  let said = ''
  channel.on('data', (chunk) => (said = `${said}${chunk}`.slice(-MOST_SAID)))
  const closed = new Promise((resolve) => channel.once('close', resolve))
  const exit = await exited
  if (exit.code !== 1) return exit
  // What it said last may still be on its way; a child of the container may hold the channel no more.
  await closed
  return /^unshare: .*(sigprocmask|signal)/m.test(said) ? {code: 137, signal: 'SIGKILL'} : exit
}

const MOST_SAID = 4096

/** The first line on the report channel, or everything it said when it ended. */
const readReport = (report: Readable): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    report.on('data', (chunk) => {
      text += chunk
      if (/^ok \d+\n/m.test(text)) resolve(text)
    })
    report.on('close', () => resolve(text))
    report.on('error', () => resolve(text))
  })

/** A terminal of its own comes from script(1); its size is set on the terminal itself. */
export const withTerminal = (tty: boolean, words: readonly string[]): readonly string[] =>
  tty ? ['script', '-qefc', words.map(shellQuote).join(' '), '/dev/null'] : words

const launcherMessage = (report: string, code: number): string => {
  const said = report.trim()
  return said === '' ? `the container could not be set up (exit code ${code})` : said
}

export const createUnshareLauncher = (root: string): Launch => {
  const copies = new ToolCopies(join(root, 'tools'))
  let devFolder: Promise<string> | undefined

  return async (spec) => {
    devFolder ??= makeDevFolder(join(root, 'dev'), !spec.inUserNamespace)
    const copied = spec.isHostImage ? undefined : await copies.folder()
    const files = launchFiles(spec, {
      devFolder: await devFolder,
      copies: copied,
      tools: copied ? copiedTools : hostTools,
      earlyTools: copied ? copiedToolsIn(copied) : hostTools,
    })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(spec.folder, name), text, {mode: 0o600})
    const [program = '', ...args] = withTerminal(spec.tty, ['sh', join(spec.folder, 'outer.sh')])
    const child = spawn(program, args, {
      cwd: '/',
      env: {PATH: SYSTEM_PATH, LC_ALL: 'C', SHELL: '/bin/sh', TERM: 'xterm'},
      stdio: [spec.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe'],
    })
    const [stdout, stderr] = [kept(child.stdout as Readable), kept(child.stderr as Readable)]
    const channel = child.stdio[3] as Readable
    const exited = killedOf(exitOf(child), channel)
    const report = await readReport(channel)
    const pid = /^ok (\d+)$/m.exec(report)?.[1]
    if (!pid) {
      const {code} = await exited
      throw new LaunchError(launcherMessage(report, code), code === 128 ? 128 : code)
    }
    return {
      pid: Number(pid),
      terminalPid: spec.tty ? child.pid : undefined,
      stdin: (child.stdin as Writable | null) ?? undefined,
      stdout,
      stderr: spec.tty ? undefined : stderr,
      exited,
    }
  }
}
