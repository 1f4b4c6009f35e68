// Network namespaces for tests: hosts of their own on this machine, joined by cables (veth), each with an agent inside
// that serves and asks. Everything is gone with the disposal; what a killed run left has a dead process in its name.
import {type ChildProcess, execFile, type SpawnOptions, spawn} from 'node:child_process'
import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {Order} from './net-agent.ts'

const run = promisify(execFile)
const PREFIX = 'minitest'

/** Whether this machine lets us make them. */
export const canMakeNamespaces = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/sbin/ip')

export interface Host {
  readonly namespace: string
  /** Lines of `ip -batch`. */
  ip(...lines: readonly string[]): Promise<void>
  sysctl(name: string, value: string): Promise<void>
  /** Runs a program to its end; gives what it printed. */
  exec(program: string, args: readonly string[], options?: {readonly env?: NodeJS.ProcessEnv}): Promise<string>
  spawn(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess
  /** What the agent inside answers. */
  ask(order: Order): Promise<string>
}

export interface Net extends AsyncDisposable {
  host(name: string): Promise<Host>
}

class Agent {
  readonly process: ChildProcess
  readonly #waiting = new Map<number, (answer: string) => void>()
  #last = 0

  constructor(child: ChildProcess) {
    this.process = child
    child.on('message', ({answer, id}: {id: number; answer: string}) => {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    })
  }

  ask(order: Order): Promise<string> {
    const id = ++this.#last
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.process.send({id, order})
    })
  }
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`)

/** Left by tests that were killed. */
const removeOld = async (): Promise<void> => {
  for (const name of existsSync('/run/netns') ? readdirSync('/run/netns') : []) {
    const [prefix, pid] = name.split('-')
    if (prefix === PREFIX && !isAlive(Number(pid))) await run('ip', ['netns', 'delete', name]).catch(() => undefined)
  }
}

let nets = 0

export const makeNet = async (): Promise<Net> => {
  await removeOld()
  const end = new AsyncDisposableStack()
  const mark = `${PREFIX}-${process.pid}-${nets++}`
  const makeHost = async (name: string): Promise<Host> => {
    const namespace = `${mark}-${name}`
    await run('ip', ['netns', 'add', namespace])
    end.defer(async () => void (await run('ip', ['netns', 'delete', namespace])))
    const inside = (program: string, args: readonly string[]): string[] => [
      'netns',
      'exec',
      namespace,
      program,
      ...args,
    ]
    const spawnInside: Host['spawn'] = (program, args, options = {}) => {
      const child = spawn('ip', inside(program, args), options)
      end.defer(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const closed = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await closed
      })
      return child
    }
    let agent: Promise<Agent> | undefined
    const startAgent = (): Promise<Agent> =>
      new Promise((resolve, reject) => {
        const child = spawnInside(process.execPath, [join(import.meta.dirname, 'net-agent.ts')], {
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        })
        child.once('message', () => resolve(new Agent(child)))
        child.once('error', reject)
      })
    const host: Host = {
      namespace,
      ip: async (...lines) => {
        const child = spawn('ip', ['-n', namespace, '-batch', '-'], {stdio: ['pipe', 'inherit', 'pipe']})
        let said = ''
        child.stderr.on('data', (chunk) => (said += chunk))
        child.stdin.end(`${lines.join('\n')}\n`)
        const code = await new Promise((resolve) => child.once('close', resolve))
        if (code !== 0) throw new Error(`ip in ${name}: ${said}`)
      },
      sysctl: async (key, value) => {
        await run('ip', inside('sh', ['-c', `echo ${value} > /proc/sys/${key}`]))
      },
      exec: async (program, args, options) =>
        (await run('ip', inside(program, args), {...options, timeout: 30_000})).stdout,
      spawn: spawnInside,
      ask: async (order) => (await (agent ??= startAgent())).ask(order),
    }
    await host.ip('link set lo up')
    return host
  }
  return {
    host: makeHost,
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  }
}
