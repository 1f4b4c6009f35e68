// Runs a program of the system to its end.
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {join} from 'node:path'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string | undefined
  readonly cwd?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Instead of the usual one. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

const systemFolders = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Where system programs are, whatever environment we were started in; then where that environment says. */
export const SYSTEM_PATH = [systemFolders, ...(process.env.PATH ? [process.env.PATH] : [])].join(':')

export const findProgram = (name: string): string | undefined =>
  SYSTEM_PATH.split(':')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))

/** Never rejects because of an exit code: 127 also stands for a program that is not there. */
export const tryProgram = (program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      signal: options.signal,
      env: options.env ?? {PATH: SYSTEM_PATH, LC_ALL: 'C'},
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', (error) => resolve({code: 127, stdout, stderr: stderr || error.message}))
    child.on('close', (code) => resolve({code: code ?? 137, stdout, stderr}))
    child.stdin.on('error', () => undefined) // it may end without reading
    child.stdin.end(options.input ?? '')
  })

/** Rejects with what the program said when it fails. */
export const runProgram = async (
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> => {
  const {code, stdout, stderr} = await tryProgram(program, args, options)
  if (code !== 0) throw new Error(`${program}: ${(stderr || stdout).trim() || `exit code ${code}`}`)
  return stdout
}
