// What Ingresses say about themselves: where they answer, and what is wrong with their secrets.
import {unlessReason} from '../api/errors.ts'
import {ingresses} from '../api/resources.ts'
import type {Ingress, IngressLoadBalancerIngress} from '../api/schema/types.gen.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Logger} from '../lib/logger.ts'
import type {Cached, EventRecorder} from '../reconcile/contract.ts'

export interface ReporterOptions {
  readonly client: ApiClient
  readonly events: EventRecorder
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly addresses: readonly IngressLoadBalancerIngress[]
  readonly problemsOf: (ingress: Cached<Ingress>) => readonly string[]
}

export class StatusReporter {
  readonly #options: ReporterOptions
  readonly #wanted: string
  /** By uid: said once, until it is something else. */
  readonly #told = new Map<string, string>()

  constructor(options: ReporterOptions) {
    this.#options = options
    this.#wanted = JSON.stringify({ingress: options.addresses})
  }

  report(all: readonly Cached<Ingress>[]): void {
    const {logger, signal} = this.#options
    for (const ingress of all) {
      this.#tellProblems(ingress)
      this.#publish(ingress).catch((error) => {
        if (!signal.aborted)
          logger.warn('cannot write the status of an Ingress', {ingress: ingress.metadata.name, error})
      })
    }
    const uids = new Set(all.map(({metadata}) => metadata.uid))
    for (const uid of this.#told.keys()) if (!uids.has(uid)) this.#told.delete(uid)
  }

  #tellProblems(ingress: Cached<Ingress>): void {
    const message = this.#options.problemsOf(ingress).join('; ')
    if ((this.#told.get(ingress.metadata.uid) ?? '') === message) return
    this.#told.set(ingress.metadata.uid, message)
    if (message !== '')
      this.#options.events.record(ingress, 'Warning', 'BadTLSSecret', `${message}; the default certificate is used`)
  }

  async #publish({metadata: {name, namespace}, status}: Cached<Ingress>): Promise<void> {
    const {client, signal, addresses} = this.#options
    if (JSON.stringify(status?.loadBalancer) === this.#wanted) return
    const body = {status: {loadBalancer: {ingress: addresses}}}
    await client
      .patch(ingresses, {namespace, name}, {type: 'merge', body}, {subresource: 'status', signal})
      .catch(unlessReason('NotFound', 'Conflict'))
  }
}
