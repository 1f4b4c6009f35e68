// Which backends a client may have that comes in one way: by where it is, by the service's traffic policies, and by the
// network policies about it. Pure.
import {cidrContains, parseCidr} from '../../api/meta/ip.ts'
import type {Backend, ServicePort} from '../../api/service-ports.ts'
import type {PolicyJudge} from '../policies/judge.ts'

/** By cluster IP; by node port or external address; by the load balancer's address. */
export type Way = 'inside' | 'outside' | 'balancer'

export interface Neighbourhood {
  /** The node whose pods have the address; undefined: it is no pod of this machine. */
  nodeOf(address: string): string | undefined
  isMachine(address: string): boolean
  readonly machineAddresses: readonly string[]
  readonly judge: PolicyJudge
}

const isWithin = (range: string, address: string): boolean => {
  const cidr = parseCidr(range)
  return cidr !== undefined && cidrContains(cidr, address)
}

/** This machine may come with any of its addresses. */
const isInvited = ({sourceRanges}: ServicePort, client: string, around: Neighbourhood): boolean =>
  sourceRanges.length === 0 ||
  sourceRanges.some((range) => isWithin(range, client)) ||
  (around.isMachine(client) &&
    around.machineAddresses.some((address) => sourceRanges.some((range) => isWithin(range, address))))

const byPlace = (port: ServicePort, way: Way, client: string, around: Neighbourhood): readonly Backend[] => {
  const node = around.nodeOf(client)
  if (way === 'inside') return port.elsewhere.find(({nodeName}) => nodeName === node)?.backends ?? port.internalBackends
  if (way === 'balancer' && !isInvited(port, client, around)) return []
  // The policy is about the outside: pods and this machine reach every backend.
  return port.externalLocal && node === undefined && !around.isMachine(client)
    ? port.externalBackends
    : port.clusterBackends
}

/** This machine's own talk with its pods is never judged. */
export const mayTalk = (client: string, backend: Backend, port: ServicePort, around: Neighbourhood): boolean =>
  around.isMachine(client) ||
  around.judge.allows({client, server: backend.address, port: backend.port, protocol: port.protocol})

export const backendsFor = (port: ServicePort, way: Way, client: string, around: Neighbourhood): readonly Backend[] =>
  byPlace(port, way, client, around).filter((backend) => mayTalk(client, backend, port, around))

/** Where there is nobody for anybody, nobody listens: the kernel refuses. */
export const isOpen = (port: ServicePort, way: Way): boolean =>
  (way === 'inside'
    ? port.internalBackends.length + port.elsewhere.reduce((sum, {backends}) => sum + backends.length, 0)
    : port.clusterBackends.length + port.externalBackends.length) > 0
