// Services of type LoadBalancer get an address of the pool for each of their families and keep it; without a free one
// they stay pending.
import {familyOf} from '../api/meta/ip.ts'
import {isSame} from '../api/meta/same.ts'
import {services} from '../api/resources.ts'
import type {Service} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../reconcile/contract.ts'

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup'

const addressesOf = (service: Cached<Service>): string[] =>
  (service.status?.loadBalancer?.ingress ?? []).flatMap(({ip}) => ip ?? [])

const isWanted = ({spec, metadata}: Cached<Service>): boolean =>
  spec?.type === 'LoadBalancer' && !spec.loadBalancerClass && metadata.deletionTimestamp === undefined

const setFinalizer = async (service: Cached<Service>, present: boolean, {client}: ReconcileContext): Promise<void> => {
  const {namespace, name, finalizers = [], resourceVersion} = service.metadata
  if (finalizers.includes(FINALIZER) === present) return
  const next = present ? [...finalizers, FINALIZER] : finalizers.filter((each) => each !== FINALIZER)
  const body = {metadata: {resourceVersion, finalizers: next.length ? next : null}}
  await client.patch(services, {namespace, name}, {type: 'merge', body}, {subresource: 'status'})
}

const setAddresses = async (
  service: Cached<Service>,
  ips: readonly string[],
  {client}: ReconcileContext,
): Promise<void> => {
  const {namespace, name} = service.metadata
  const ingress = ips.length === 0 ? null : ips.map((ip) => ({ip, ipMode: 'VIP'}))
  await client.patch(
    services,
    {namespace, name},
    {type: 'merge', body: {status: {loadBalancer: {ingress}}}},
    {subresource: 'status'},
  )
}

export const serviceLoadBalancer = (pool: readonly string[]): ControllerSpec => {
  /** By key: given, though the cache may not show it yet. */
  const given = new Map<string, readonly string[]>()

  const takenBut = (key: string, {cache}: ReconcileContext): ReadonlySet<string> => {
    const others = [...given].filter(([other]) => other !== key).flatMap(([, ips]) => ips)
    const stored = cache(services)
      .list()
      .filter(({metadata}) => `${metadata.namespace}/${metadata.name}` !== key)
    return new Set([...others, ...stored.flatMap(addressesOf)])
  }
  /** Undefined: nothing is free in one of its families. */
  const pick = (key: string, service: Cached<Service>, context: ReconcileContext): string[] | undefined => {
    const taken = takenBut(key, context)
    const {ipFamilies = ['IPv4'], loadBalancerIP: wished} = service.spec ?? {}
    const known = [...addressesOf(service), ...(given.get(key) ?? [])]
    const picked = ipFamilies.map((family) => {
      const free = pool.filter((ip) => familyOf(ip) === family && !taken.has(ip))
      if (wished && familyOf(wished) === family) return free.find((ip) => ip === wished)
      return known.find((ip) => free.includes(ip)) ?? free[0]
    })
    return picked.every((ip) => ip !== undefined) ? picked : undefined
  }
  const ensure = async (key: string, service: Cached<Service>, context: ReconcileContext): Promise<void> => {
    const ips = pick(key, service, context)
    if (ips === undefined) {
      const message = 'Error syncing load balancer: no address is left in the pool'
      context.events.record(service, 'Warning', 'SyncLoadBalancerFailed', message)
      return
    }
    given.set(key, ips)
    if (isSame(addressesOf(service), ips)) return setFinalizer(service, true, context)
    context.events.record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
    await setFinalizer(service, true, context)
    await setAddresses(service, ips, context)
    context.events.record(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
  }
  return {
    name: 'service-lb-controller',
    identity: 'service-controller',
    workers: 1,
    watches: [watching({resource: services})],
    reconcile: async (key, context) => {
      const service = context.cache(services).getByKey(key)
      if (service && isWanted(service)) return ensure(key, service, context)
      given.delete(key)
      if (!service) return
      if (addressesOf(service).length > 0 && !service.spec?.loadBalancerClass) await setAddresses(service, [], context)
      await setFinalizer(service, false, context)
    },
  }
}
