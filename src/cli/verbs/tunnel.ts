import {networkInterfaces} from 'node:os'
import {services} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import {hasCode} from '../../lib/node-error.ts'
import type {flags} from '../commands/tunnel.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import type {Io} from '../io.ts'
import {untilInterrupted} from '../stream/until-interrupted.ts'
import {openDoor} from '../tunnel/doors.ts'
import {nameOfWay, type Way, waysOf} from '../tunnel/ways.ts'

/** Bridges and pods' ends of mini's own. */
const PODS = /^m(ini|v)[0-9a-f]{8,}/

type Tunnel = Invocation<typeof flags>

interface Open {
  readonly way: Way
  readonly doors: readonly AsyncDisposable[]
}

/** `*`: the addresses others know this machine by, not the wildcard: that would take the services' own as well. */
const everyAddress = (): string[] =>
  Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    (PODS.test(name) ? [] : all)
      .filter(({address, internal}) => !internal && !address.startsWith('fe80'))
      .map(({address}) => address),
  )

const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

const why = (error: unknown, {port}: Way): string => {
  if (hasCode(error, 'EACCES')) return `port ${port} is for root: use sudo`
  if (hasCode(error, 'EADDRINUSE')) return `port ${port} is taken`
  return (error as Error).message
}

class OpenWays implements AsyncDisposable {
  readonly #hosts: readonly string[]
  readonly #io: Io
  readonly #open = new Map<string, Open>()

  constructor(hosts: readonly string[], io: Io) {
    this.#hosts = hosts
    this.#io = io
  }

  /** Brings what is open for one service to what it has now. */
  async set(service: string, ways: readonly Way[]): Promise<void> {
    const wanted = new Map(ways.map((way) => [nameOfWay(way), way]))
    for (const [name, {way}] of this.#open)
      if (way.service === service && wanted.get(name)?.address !== way.address) await this.#close(name)
    for (const [name, way] of wanted) if (!this.#open.has(name)) await this.#enter(name, way)
  }

  /** Closes what belongs to any other service. */
  async keepOnly(known: ReadonlySet<string>): Promise<void> {
    for (const [name, {way}] of this.#open) if (!known.has(way.service)) await this.#close(name)
  }

  async #enter(name: string, way: Way): Promise<void> {
    const doors: AsyncDisposable[] = []
    const reached = [hostAndPort(way.address, way.port)]
    for (const host of this.#hosts)
      try {
        doors.push(await openDoor(way, host))
        reached.push(hostAndPort(host, way.port))
      } catch (error) {
        this.#io.err(`warning: ${way.service} cannot be opened on ${host}: ${why(error, way)}\n`)
      }
    this.#open.set(name, {way, doors})
    this.#io.out(`${way.service}\t${way.port}/${way.protocol}\t${reached.join(' ')}\n`)
  }

  async #close(name: string): Promise<void> {
    const open = this.#open.get(name)
    this.#open.delete(name)
    for (const door of open?.doors ?? []) await door[Symbol.asyncDispose]()
    if (open) this.#io.out(`${open.way.service}\t${open.way.port}/${open.way.protocol}\tgone\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const {doors} of this.#open.values()) for (const door of doors) await door[Symbol.asyncDispose]()
  }
}

/** One watch, from everything there is to its end. */
const followOnce = async (client: ApiClient, ways: OpenWays, signal: AbortSignal): Promise<void> => {
  const known = new Set<string>()
  for await (const {type, object} of client.watch(services, {sendInitialEvents: true, signal})) {
    if (type === 'BOOKMARK') {
      await ways.keepOnly(known)
      continue
    }
    const service = `${object.metadata.namespace}/${object.metadata.name}`
    if (type === 'DELETED') known.delete(service)
    else known.add(service)
    await ways.set(service, type === 'DELETED' ? [] : waysOf(object))
  }
}

export const tunnel = async (invocation: Tunnel): Promise<void> => {
  const {args, flags: own, connect, io} = invocation
  if (args.length > 0) throw usageMistake(invocation, 'tunnel takes no arguments')
  const hosts = own['bind-address'].flatMap((address) => (address === '*' ? everyAddress() : [address]))
  const {client} = await connect()
  const interrupted = untilInterrupted()
  const ending = new AbortController()
  await using ways = new OpenWays(hosts, io)
  io.err(
    hosts.length === 0
      ? 'LoadBalancer services are reachable on this machine as they are; shown until Ctrl-C\n'
      : `LoadBalancer services are open on ${hosts.join(', ')} until Ctrl-C\n`,
  )
  const follow = async (): Promise<void> => {
    while (!ending.signal.aborted) await followOnce(client, ways, ending.signal)
  }
  try {
    await Promise.race([interrupted.ended, follow()])
  } finally {
    ending.abort()
    interrupted.finish()
  }
}
