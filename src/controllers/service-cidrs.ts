// Ranges of service addresses: ready as soon as they are there, and kept until no service has an address of theirs that
// no other range has too.
import {cidrContains, parseCidr} from '../api/meta/ip.ts'
import {formatTime} from '../api/meta/time.ts'
import {ipAddresses, serviceCIDRs} from '../api/resources.ts'
import type {Condition, ServiceCIDR} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../reconcile/contract.ts'

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer'
const LOOK_AGAIN_MS = 10_000

const contains = (range: Cached<ServiceCIDR>, address: string): boolean =>
  (range.spec?.cidrs ?? []).some((text) => {
    const cidr = parseCidr(text)
    return cidr !== undefined && cidrContains(cidr, address)
  })

const isInUse = (range: Cached<ServiceCIDR>, {cache}: ReconcileContext): boolean => {
  const others = cache(serviceCIDRs)
    .list()
    .filter(({metadata}) => metadata.uid !== range.metadata.uid && !metadata.deletionTimestamp)
  return cache(ipAddresses)
    .list()
    .some(({metadata: {name}}) => contains(range, name) && !others.some((other) => contains(other, name)))
}

type Standing = Pick<Condition, 'status' | 'reason' | 'message'>

const ready: Standing = {status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready'}
const terminating: Standing = {
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
}

const setReady = async (range: Cached<ServiceCIDR>, standing: Standing, {client, clock}: ReconcileContext) => {
  const current = range.status?.conditions?.find(({type}) => type === 'Ready')
  if (current?.status === standing.status && current.reason === standing.reason) return
  const others = (range.status?.conditions ?? []).filter(({type}) => type !== 'Ready')
  const condition = {type: 'Ready', ...standing, lastTransitionTime: formatTime(clock.now())}
  const body = {
    metadata: {resourceVersion: range.metadata.resourceVersion},
    status: {conditions: [...others, condition]},
  }
  await client.patch(serviceCIDRs, {name: range.metadata.name}, {type: 'merge', body}, {subresource: 'status'})
}

const setFinalizer = async (range: Cached<ServiceCIDR>, present: boolean, {client}: ReconcileContext) => {
  const {name, finalizers = [], resourceVersion} = range.metadata
  if (finalizers.includes(FINALIZER) === present) return
  const next = present ? [...finalizers, FINALIZER] : finalizers.filter((each) => each !== FINALIZER)
  const body = {metadata: {resourceVersion, finalizers: next.length > 0 ? next : null}}
  await client.patch(serviceCIDRs, {name}, {type: 'merge', body})
}

export const serviceCidrController: ControllerSpec = {
  name: 'service-cidr-controller',
  identity: 'service-cidrs-controller',
  watches: [watching({resource: serviceCIDRs}), watching({resource: ipAddresses, toKeys: () => []})],
  reconcile: async (name, context) => {
    const range = context.cache(serviceCIDRs).getByKey(name)
    if (!range) return
    if (!range.metadata.deletionTimestamp) {
      if (!range.metadata.finalizers?.includes(FINALIZER)) return setFinalizer(range, true, context)
      return setReady(range, ready, context)
    }
    if (!isInUse(range, context)) return setFinalizer(range, false, context)
    await setReady(range, terminating, context)
    return {requeueAfterMs: LOOK_AGAIN_MS}
  },
}
