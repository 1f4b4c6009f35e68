// A real cluster for a test: its own MINI_HOME, a real daemon started by the real command, gone without a trace after.
import {type ExecFileException, execFile} from 'node:child_process'
import {chownSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {tempFolder} from './temp.ts'
import {until} from './until.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface TestHome extends AsyncDisposable {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly mini: string
  readonly kubeconfig: string
  /** Runs `mini` with these words; does not throw on a non-zero exit. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>
  /** The same, but an exit other than zero is an error; gives what it printed. */
  ok(args: readonly string[], options?: RunOptions): Promise<string>
}

export interface RunOptions {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Another program than mini, in the same environment. */
  readonly program?: string
}

export const miniProgram = join(import.meta.dirname, '../../bin/mini')

/** A home in which nothing was started yet. */
export interface HomeOptions {
  readonly PATH?: string | undefined
  /** Everything runs as this user and group. */
  readonly uid?: number | undefined
}

export const testHome = ({PATH = process.env.PATH ?? '', uid}: HomeOptions = {}): TestHome => {
  const folder = tempFolder()
  if (uid !== undefined) chownSync(folder.path, uid, uid)
  const identity = uid === undefined ? {} : {uid, gid: uid}
  const home = join(folder.path, 'home')
  const kubeconfig = join(home, 'mini', 'kubeconfig')
  const env = {
    PATH,
    HOME: folder.path,
    MINI_HOME: home,
    KUBECONFIG: join(folder.path, 'user-kubeconfig'),
    TERM: 'dumb',
  }
  const run = (
    args: readonly string[],
    {stdin, env: more, timeoutMs = 60_000, program = miniProgram}: RunOptions = {},
  ): Promise<Ran> =>
    new Promise((resolve) => {
      const child = execFile(
        program,
        [...args],
        {env: {...env, ...more}, timeout: timeoutMs, maxBuffer: 2 ** 28, cwd: folder.path, ...identity},
        (error: ExecFileException | null, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          resolve({code, stdout, stderr: error !== null && code === -1 ? `${stderr}${error.message}` : stderr})
        },
      )
      child.stdin?.end(stdin ?? '')
    })
  return {
    home,
    env,
    mini: miniProgram,
    kubeconfig,
    run,
    ok: async (args, options) => {
      const {code, stdout, stderr} = await run(args, options)
      if (code !== 0) throw new Error(`mini ${args.join(' ')} exited with ${code}: ${stderr}${stdout}`)
      return stdout
    },
    [Symbol.asyncDispose]: async () => {
      await run(['profile', 'delete'])
      folder[Symbol.dispose]()
    },
  }
}

export interface ClusterOptions {
  readonly args?: readonly string[]
  /** Settings of the kubelets. */
  readonly kubelet?: Readonly<Record<string, unknown>>
}

export const startCluster = async ({args = [], kubelet}: ClusterOptions = {}): Promise<TestHome> => {
  const home = testHome()
  try {
    if (kubelet) {
      mkdirSync(join(home.home, 'mini'), {recursive: true, mode: 0o700})
      writeFileSync(join(home.home, 'mini', 'kubelet.yaml'), JSON.stringify(kubelet))
    }
    await home.ok(['start', ...args])
    return home
  } catch (error) {
    const log = await home.run(['daemon', 'logs', '--tail', '30'])
    await home[Symbol.asyncDispose]()
    throw new Error(`the cluster did not start\n${log.stdout}`, {cause: error})
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The daemon ends in the middle of whatever it does: `kill -9`. */
export const killDaemon = async ({home}: TestHome): Promise<void> => {
  const pid = Number(readFileSync(join(home, 'mini', 'minid.pid'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await until('the daemon to be gone', () => !isAlive(pid))
}
