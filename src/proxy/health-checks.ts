// Outside load balancers ask here whether this machine has endpoints of a service whose external policy is Local: the
// service's healthCheckNodePort answers 200 with their number, or 503 when there is none.
import {once} from 'node:events'
import {createServer, type Server, type ServerResponse} from 'node:http'
import type {ServicePort} from '../api/service-ports.ts'
import type {Logger} from '../lib/logger.ts'

interface Check {
  readonly namespace: string
  readonly name: string
  readonly localEndpoints: number
}

interface Listening {
  check: Check
  readonly servers: readonly Server[]
}

/** By node port; a service has one, however many ports it has. Endpoints are counted once for each address. */
export const wantedChecks = (ports: Iterable<ServicePort>): Map<number, Check> => {
  const addresses = new Map<number, {namespace: string; name: string; local: Set<string>}>()
  for (const {externalBackends, healthCheckNodePort, key} of ports) {
    if (!healthCheckNodePort) continue
    const [namespace = '', name = ''] = key.split(':')[0]?.split('/') ?? []
    const known = addresses.get(healthCheckNodePort) ?? {namespace, name, local: new Set()}
    for (const {address} of externalBackends) known.local.add(address)
    addresses.set(healthCheckNodePort, known)
  }
  return new Map([...addresses].map(([port, {local, ...service}]) => [port, {...service, localEndpoints: local.size}]))
}

/** As kube-proxy says it. */
const answer = (response: ServerResponse, {localEndpoints, name, namespace}: Check): void => {
  const body = {service: {namespace, name}, localEndpoints, serviceProxyHealthy: true}
  response.writeHead(localEndpoints > 0 ? 200 : 503, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'x-load-balancing-endpoint-weight': String(localEndpoints),
  })
  response.end(`${JSON.stringify(body, undefined, '\t')}`)
}

export class HealthChecks implements AsyncDisposable {
  readonly #logger: Logger
  readonly #addresses: () => readonly string[]
  readonly #listening = new Map<number, Listening>()
  #work: Promise<void> = Promise.resolve()

  constructor({addresses, logger}: {addresses: () => readonly string[]; logger: Logger}) {
    this.#logger = logger
    this.#addresses = addresses
  }

  set(ports: Iterable<ServicePort>): Promise<void> {
    const wanted = wantedChecks(ports)
    this.#work = this.#work.then(() => this.#apply(wanted))
    return this.#work
  }

  async #apply(wanted: ReadonlyMap<number, Check>): Promise<void> {
    for (const [port, {servers}] of this.#listening)
      if (!wanted.has(port)) {
        this.#listening.delete(port)
        await close(servers)
      }
    for (const [port, check] of wanted) {
      const known = this.#listening.get(port)
      if (known) known.check = check
      else this.#listening.set(port, await this.#listen(port, check))
    }
  }

  async #listen(port: number, check: Check): Promise<Listening> {
    const servers: Server[] = []
    const listening: Listening = {check, servers}
    for (const host of this.#addresses()) {
      const server = createServer((_, response) => answer(response, listening.check))
      try {
        server.listen(port, host)
        await once(server, 'listening')
        servers.push(server)
      } catch (error) {
        this.#logger.warn('no health check on this address', {host, port, error})
      }
    }
    return listening
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work
    for (const {servers} of this.#listening.values()) await close(servers)
    this.#listening.clear()
  }
}

const close = async (servers: readonly Server[]): Promise<void> => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
    if (server.listening) await once(server, 'close')
  }
}
