// From a host and a path to an endpoint, or to why there is none.
import type {Backends, Protocol} from './backends.ts'
import {Choice} from './choice.ts'
import {findTarget, type RouteTable} from './routes.ts'

export interface Refusal {
  readonly status: 404 | 503
  readonly text: string
}

export interface Route {
  readonly choice: Choice
  /** What the endpoints speak. */
  readonly protocol: Protocol
}

export interface RouterOptions {
  readonly table: () => RouteTable
  readonly backends: Backends
}

const withoutPort = (host: string): string =>
  host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d*$/, '')

export class Router {
  readonly #options: RouterOptions

  constructor(options: RouterOptions) {
    this.#options = options
  }

  find(host: string, url: string): Route | Refusal {
    const query = url.indexOf('?')
    const path = query < 0 ? url : url.slice(0, query)
    const target = findTarget(this.#options.table(), withoutPort(host), path)
    if (!target) return {status: 404, text: 'no Ingress has a rule for this host and path'}
    if (target.kind === 'resource')
      return {status: 503, text: `the backend is ${target.name}, a resource: class mini serves services only`}
    const found = this.#options.backends.of(target)
    if (!found) return {status: 503, text: `service "${target.service}" has no port ${target.port}, or does not exist`}
    const choice = Choice.of(this.#options.backends, found.endpoints)
    return choice
      ? {choice, protocol: found.protocol}
      : {status: 503, text: `service "${target.service}" has no ready endpoint`}
  }
}
