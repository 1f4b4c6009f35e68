// Starts the daemon of a profile and listens to what it says until it is ready.
import {spawn} from 'node:child_process'
import {closeSync, mkdirSync, openSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Readable} from 'node:stream'
import {fileURLToPath} from 'node:url'
import {readLines} from '../../client/body.ts'
import type {Profile} from '../../client/profile.ts'
import {hasCode} from '../../lib/node-error.ts'
import {UsageError} from '../../lib/usage-error.ts'

/** One line of the daemon's on its way up; the last is `ready`, `running` (another one is already there) or `error`. */
export type StartNews =
  | {readonly step: string; readonly ms: number}
  | {readonly ready: true; readonly pid: number; readonly ms: number; readonly warnings: readonly string[]}
  | {readonly running: true}
  | {readonly error: string; readonly usage: boolean}

/** What the daemon is given on its command line, as JSON. */
export interface DaemonArguments {
  readonly profile: string
  readonly home: string
  readonly changes: Readonly<Record<string, unknown>>
  /** A snapshot to start from. */
  readonly restore?: string | undefined
  /** Where the user's kubeconfig is; absent: leave it alone. */
  readonly kubeconfig?: string | undefined
  /** Report ready only once the nodes are. */
  readonly wait?: boolean | undefined
}

const daemonProgram = (): string =>
  fileURLToPath(new URL('./daemon.js', import.meta.url)).replace('/cli/daemon.js', '/daemon.js')

const makeFolders = (profile: Profile): void => {
  try {
    for (const folder of [profile.folder, profile.logs, dirname(profile.socket)])
      mkdirSync(folder, {recursive: true, mode: 0o700})
  } catch (error) {
    const why = hasCode(error, 'EROFS', 'EACCES', 'EPERM')
      ? 'it cannot be written'
      : hasCode(error, 'ENOSPC')
        ? 'the disk is full'
        : (error as Error).message
    throw new UsageError(`cannot use ${profile.folder}: ${why}; MINI_HOME names another place`, {cause: error})
  }
}

export async function* spawnDaemon(profile: Profile, args: DaemonArguments): AsyncGenerator<StartNews> {
  makeFolders(profile)
  const log = openSync(profile.daemonLog, 'a', 0o600)
  const child = spawn(process.execPath, ['--max-semi-space-size=16', daemonProgram(), JSON.stringify(args)], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log, 'pipe'],
    env: {...process.env, MINI_DAEMON: profile.name},
  })
  closeSync(log)
  child.unref()
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  const news = child.stdio[3] as Readable
  let last: StartNews | undefined
  const lines = readLines(news)
  while (true) {
    const next = await Promise.race([lines.next(), failed])
    if (next.done) break
    last = JSON.parse(next.value) as StartNews
    yield last
    if (!('step' in last)) break
  }
  news.destroy()
  if (last === undefined || 'step' in last)
    yield {error: `the daemon ended before it was ready; see ${profile.daemonLog}`, usage: false}
}
