// From a service's port to addresses to talk to: ready endpoints, the least busy first.
import {services} from '../api/resources.ts'
import type {Backend, ServicePort} from '../api/service-ports.ts'
import type {Clock} from '../lib/clock.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import {watchServicePorts} from '../reconcile/service-ports.ts'
import type {Target} from './routes.ts'

export interface Backends extends Disposable {
  /** Endpoints in the order to try; empty: nobody is ready; undefined: no such service or port. */
  of(target: Target): readonly Backend[] | undefined
  /** Counts a request until the returned function is called. */
  busy(backend: Backend): () => void
}

const nameOf = ({address, port}: Backend): string => `${address}:${port}`

export const watchBackends = async (options: {
  readonly informers: InformerSource
  readonly clock: Clock
  readonly signal: AbortSignal
}): Promise<Backends> => {
  const load = new Map<string, number>()
  let all: ReadonlyMap<string, ServicePort> = new Map()
  let turn = 0
  // Requests come from outside: no node is nearer than another.
  const watch = await watchServicePorts({
    ...options,
    place: () => ({nodeName: ''}),
    onChange: (change) => {
      all = change.all
    },
  })
  const {cache} = options.informers.informer(services)

  const numberOf = ({namespace, service, port}: Target): number | undefined => {
    if (typeof port === 'number') return port
    return cache.get({namespace, name: service})?.spec?.ports?.find(({name}) => name === port)?.port
  }
  return {
    of: (target) => {
      const found = all.get(`${target.namespace}/${target.service}:${numberOf(target)}/TCP`)
      if (!found) return undefined
      const {clusterBackends: ready} = found
      const start = turn++ % Math.max(ready.length, 1)
      return [...ready.slice(start), ...ready.slice(0, start)].sort(
        (a, b) => (load.get(nameOf(a)) ?? 0) - (load.get(nameOf(b)) ?? 0),
      )
    },
    busy: (backend) => {
      const name = nameOf(backend)
      load.set(name, (load.get(name) ?? 0) + 1)
      let isBusy = true
      return () => {
        if (!isBusy) return
        isBusy = false
        const count = (load.get(name) ?? 1) - 1
        if (count > 0) load.set(name, count)
        else load.delete(name)
      }
    },
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  }
}
