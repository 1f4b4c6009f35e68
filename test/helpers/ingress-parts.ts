// Parts of the ingress without a cluster: rules and endpoints given by hand.
import type {Ingress} from '../../src/api/schema/types.gen.ts'
import type {Backends, Endpoint, Protocol} from '../../src/ingress/backends.ts'
import {type RouteTable, routeTable} from '../../src/ingress/routes.ts'
import type {Cached} from '../../src/reconcile/contract.ts'

export const oneRule = (...hosts: string[]): RouteTable => {
  const backend = {service: {name: 'web', port: {number: 80}}}
  const spec = {rules: hosts.map((host) => ({host, http: {paths: [{path: '/', pathType: 'Prefix', backend}]}}))}
  const metadata = {name: 'i', namespace: 'shop', uid: 'i', creationTimestamp: '2026-01-01T00:00:00Z'}
  return routeTable([{metadata, spec} as unknown as Cached<Ingress>])
}

export const fixedBackends = (
  places: readonly {readonly address: string; readonly port: number}[],
  protocol: Protocol = 'http',
): Backends & {readonly open: () => number} => {
  const endpoints: Endpoint[] = places.map((place) => ({...place, name: `${place.address} ${place.port}`}))
  let turn = 0
  let open = 0
  return {
    of: () => ({endpoints, protocol}),
    leastBusy: (able) => able[turn++ % Math.max(able.length, 1)],
    busy: () => {
      open += 1
      let isBusy = true
      return () => {
        if (isBusy) open -= 1
        isBusy = false
      }
    },
    open: () => open,
    [Symbol.dispose]: () => undefined,
  }
}
