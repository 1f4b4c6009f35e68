// Servers as processes of their own, and the load generators of Debian's that talk to them.
import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {readLines} from '../../src/client/body.ts'
import type {DebianPackage} from '../helpers/debian.ts'

export interface Served extends AsyncDisposable {
  readonly port: number
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as {port: number}
  server.close()
  await once(server, 'close')
  return port
}

/** One of our own programs, which prints `port N` when it is ready. */
export const serveOurs = async (file: string, ...args: string[]): Promise<Served> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of readLines(child.stdout)) {
    const [, port] = /^port (\d+)$/.exec(line) ?? []
    if (port === undefined) continue
    return {port: Number(port), [Symbol.asyncDispose]: () => end(child)}
  }
  throw new Error(`${file} ended before it was ready`)
}

const end = async (child: ReturnType<typeof spawn>): Promise<void> => {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** A server of Debian's in the foreground; ready when `isReady` stops throwing. */
export const serveTheirs = async (
  {program, env}: DebianPackage,
  [name = '', ...args]: readonly string[],
  port: number,
  isReady: () => Promise<unknown>,
): Promise<Served> => {
  const child = spawn(program(name), args, {env, stdio: ['ignore', 'ignore', 'inherit']})
  for (let tries = 0; ; tries++)
    try {
      await isReady()
      return {port, [Symbol.asyncDispose]: () => end(child)}
    } catch (error) {
      if (tries > 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

export const runProgram = async (
  {program, env}: DebianPackage,
  [name = '', ...args]: readonly string[],
): Promise<string> => (await promisify(execFile)(program(name), args, {env, maxBuffer: 2 ** 28})).stdout
