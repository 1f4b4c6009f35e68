// Services of type LoadBalancer get an address of the pool and keep it; without a free one they stay pending.
import {services} from '../api/resources.ts'
import type {Service} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../reconcile/contract.ts'

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup'

const addressOf = (service: Cached<Service>): string | undefined => service.status?.loadBalancer?.ingress?.[0]?.ip

const isWanted = ({spec, metadata}: Cached<Service>): boolean =>
  spec?.type === 'LoadBalancer' && !spec.loadBalancerClass && metadata.deletionTimestamp === undefined

const setFinalizer = async (service: Cached<Service>, present: boolean, {client}: ReconcileContext): Promise<void> => {
  const {namespace, name, finalizers = [], resourceVersion} = service.metadata
  if (finalizers.includes(FINALIZER) === present) return
  const next = present ? [...finalizers, FINALIZER] : finalizers.filter((each) => each !== FINALIZER)
  const body = {metadata: {resourceVersion, finalizers: next.length ? next : null}}
  await client.patch(services, {namespace, name}, {type: 'merge', body}, {subresource: 'status'})
}

const setAddress = async (
  service: Cached<Service>,
  ip: string | undefined,
  {client}: ReconcileContext,
): Promise<void> => {
  const {namespace, name} = service.metadata
  const loadBalancer = ip === undefined ? {ingress: null} : {ingress: [{ip, ipMode: 'VIP'}]}
  await client.patch(
    services,
    {namespace, name},
    {type: 'merge', body: {status: {loadBalancer}}},
    {subresource: 'status'},
  )
}

export const serviceLoadBalancer = (pool: readonly string[]): ControllerSpec => {
  /** Key to address: given, though the cache may not show it yet. */
  const given = new Map<string, string>()

  const pick = (key: string, service: Cached<Service>, {cache}: ReconcileContext): string | undefined => {
    const current = addressOf(service) ?? given.get(key)
    if (current !== undefined && pool.includes(current)) return current
    const wished = service.spec?.loadBalancerIP
    const taken = new Set([
      ...given.values(),
      ...cache(services)
        .list()
        .flatMap((other) => addressOf(other) ?? []),
    ])
    if (wished) return pool.includes(wished) && !taken.has(wished) ? wished : undefined
    return pool.find((ip) => !taken.has(ip))
  }
  const ensure = async (key: string, service: Cached<Service>, context: ReconcileContext): Promise<void> => {
    const ip = pick(key, service, context)
    if (ip === undefined) {
      const message = 'Error syncing load balancer: no address is left in the pool'
      context.events.record(service, 'Warning', 'SyncLoadBalancerFailed', message)
      return
    }
    given.set(key, ip)
    if (addressOf(service) === ip) return setFinalizer(service, true, context)
    context.events.record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
    await setFinalizer(service, true, context)
    await setAddress(service, ip, context)
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
      if (addressOf(service) !== undefined && !service.spec?.loadBalancerClass)
        await setAddress(service, undefined, context)
      await setFinalizer(service, false, context)
    },
  }
}
