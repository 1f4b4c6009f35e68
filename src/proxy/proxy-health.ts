// kube-proxy's own health, on the port where tools look for it. Another proxy on this machine may have the port: then not.
import {createServer, type Server} from 'node:http'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'

const PORT = 10_256
const HOST = '127.0.0.1'

export class ProxyHealth implements AsyncDisposable {
  readonly #clock: Clock
  readonly #server: Server
  #updatedMs: number

  constructor({clock, logger, port = PORT}: {clock: Clock; logger: Logger; port?: number}) {
    this.#clock = clock
    this.#updatedMs = clock.now()
    this.#server = createServer(({url = ''}, response) => {
      const path = url.split('?')[0]
      if (path !== '/healthz' && path !== '/livez') {
        response.writeHead(404).end('404 page not found\n')
        return
      }
      response.writeHead(200, {'content-type': 'application/json', 'x-content-type-options': 'nosniff'})
      response.end(this.#body(path === '/healthz'))
    })
    this.#server.on('error', (error) => logger.debug('no health of the proxy on its port', {port, error}))
    this.#server.listen(port, HOST)
  }

  /** What services and endpoints say was taken over. */
  updated(): void {
    this.#updatedMs = this.#clock.now()
  }

  #body(withNode: boolean): string {
    const lastUpdated = new Date(this.#updatedMs).toISOString()
    const currentTime = new Date(this.#clock.now()).toISOString()
    return JSON.stringify({lastUpdated, currentTime, ...(withNode ? {nodeEligible: true} : {})})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((done) => (this.#server.listening ? this.#server.close(() => done()) : done()))
  }
}
