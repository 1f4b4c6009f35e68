// Gives services their cluster IPs and node ports, and takes them back.
import {FieldErrors, invalidObject} from '../../../api/field-errors.ts'
import {
  alignClusterIps,
  hasClusterIps,
  hasHealthCheckPort,
  hasNodePorts,
} from '../../../api/kinds/core/service-rules.ts'
import {parseCidr} from '../../../api/meta/ip.ts'
import type {Service, ServiceSpec} from '../../../api/schema/types.gen.ts'
import {type Random, systemRandom} from '../../../lib/random.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {isWhole, objectOf, oldOf, resourceOf} from '../refuse.ts'
import {ClusterIps} from './cluster-ips.ts'
import {settleFamilies} from './families.ts'
import {type NodePortRange, NodePorts, nodePortsOf, usualNodePorts} from './node-ports.ts'

interface Taken {
  readonly addresses: string[]
  readonly ports: number[]
}

export interface ServiceAllocationOptions {
  readonly random?: Random
  /** The usual one first. */
  readonly serviceCidrs?: readonly string[]
  readonly nodePorts?: NodePortRange
}

const realAddresses = (spec: ServiceSpec | undefined): string[] =>
  (spec?.clusterIPs ?? []).filter((address) => address !== 'None' && address !== '')

/** Deleted, or relieved of the last finalizer after it was. */
const endsLife = (request: AdmissionRequest): boolean => {
  const {deletionTimestamp, finalizers} = objectOf(request).metadata ?? {}
  return request.operation === 'DELETE' || (deletionTimestamp !== undefined && !finalizers?.length)
}

const setAddress = (spec: ServiceSpec, index: number, address: string): void => {
  spec.clusterIPs = [...(spec.clusterIPs ?? []).slice(0, index), address, ...(spec.clusterIPs ?? []).slice(index + 1)]
  if (index === 0) spec.clusterIP = address
}

export const serviceAllocation = ({
  random = systemRandom,
  serviceCidrs = ['10.96.0.0/16'],
  nodePorts: range = usualNodePorts,
}: ServiceAllocationOptions = {}): AdmissionStep => {
  const ips = new ClusterIps({random, serviceCidrs})
  const families = [...new Set(serviceCidrs.flatMap((range) => parseCidr(range)?.family ?? []))]
  const nodePorts = new NodePorts(random, range)
  const requests = new WeakMap<AdmissionRequest, Taken>()

  const allocateAddress = async (
    request: AdmissionRequest,
    taken: Taken,
    errors: FieldErrors,
    context: AdmissionContext,
  ) => {
    const spec = objectOf<Service>(request).spec
    if (!spec || !hasClusterIps(spec) || spec.clusterIPs?.[0] === 'None') return
    const kept = realAddresses(oldOf<Service>(request)?.spec)
    const owner = {namespace: request.namespace ?? '', name: objectOf(request).metadata?.name ?? ''}
    for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
      const wanted = spec.clusterIPs?.[index] || undefined
      // What was given stays; that it was changed is for validation to say.
      if (wanted !== undefined && kept[index] !== undefined) continue
      if (wanted !== undefined) {
        const problem = request.dryRun ? ips.check(wanted, context) : await ips.claim(wanted, owner, context)
        if (problem === undefined) taken.addresses.push(...(request.dryRun ? [] : [wanted]))
        else errors.invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${wanted}: ${problem}`)
        continue
      }
      const asked = family === 'IPv6' ? 'IPv6' : 'IPv4'
      const address = request.dryRun ? ips.preview(asked, context) : await ips.take(asked, owner, context)
      if (address === undefined) {
        errors.add('InternalError', 'spec.clusterIPs', 'failed to allocate a serviceIP: range is full')
        return
      }
      if (!request.dryRun) taken.addresses.push(address)
      setAddress(spec, index, address)
    }
  }

  const allocatePorts = (request: AdmissionRequest, taken: Taken, errors: FieldErrors, context: AdmissionContext) => {
    const spec = objectOf<Service>(request).spec
    const old = oldOf<Service>(request)
    const needsHealthPort = spec !== undefined && hasHealthCheckPort(spec)
    if (!spec || (!hasNodePorts(spec) && !needsHealthPort && !spec.ports?.some(({nodePort}) => nodePort))) return
    const own = new Set(old ? nodePortsOf(old) : [])
    const used = nodePorts.taken(context)
    const mine = new Map<number, Set<string>>()
    const claim = (port: number): void => {
      used.add(port)
      if (own.has(port) || request.dryRun) return
      nodePorts.reserve(port)
      taken.ports.push(port)
    }
    for (const [index, port] of (spec.ports ?? []).entries()) {
      if (!port.nodePort || spec.type === 'ClusterIP') continue
      const protocols = mine.get(port.nodePort)
      const path = `spec.ports[${index}].nodePort`
      const refusal = nodePorts.refusal(port.nodePort)
      if (own.has(port.nodePort)) mine.set(port.nodePort, (protocols ?? new Set()).add(port.protocol ?? ''))
      else if (refusal !== undefined) errors.invalid(path, port.nodePort, refusal)
      else if (used.has(port.nodePort) && (!protocols || protocols.has(port.protocol ?? '')))
        errors.invalid(path, port.nodePort, 'provided port is already allocated')
      else {
        mine.set(port.nodePort, (protocols ?? new Set()).add(port.protocol ?? ''))
        claim(port.nodePort)
      }
    }
    const give = (): number | undefined => {
      const port = nodePorts.pick(used)
      if (port !== undefined) claim(port)
      return port
    }
    if (hasNodePorts(spec))
      for (const port of spec.ports ?? []) {
        if (port.nodePort) continue
        // The same port in another protocol shares the number.
        const twin = spec.ports?.find(
          (other) => other.nodePort && other.port === port.port && other.protocol !== port.protocol,
        )
        const given = twin?.nodePort ?? give()
        if (given !== undefined) port.nodePort = given
      }
    if (!needsHealthPort) return
    if (!spec.healthCheckNodePort) {
      const given = give()
      if (given !== undefined) spec.healthCheckNodePort = given
    } else if (!own.has(spec.healthCheckNodePort)) claim(spec.healthCheckNodePort)
  }

  const settle = async (request: AdmissionRequest, context: AdmissionContext, stored: boolean): Promise<void> => {
    const taken = requests.get(request)
    requests.delete(request)
    nodePorts.settle(taken?.ports ?? [])
    for (const address of taken?.addresses ?? [])
      if (stored) ips.settle(address)
      else await ips.release(address, context)
    if (!stored || request.dryRun) return
    const before = realAddresses(oldOf<Service>(request)?.spec)
    const after = new Set(endsLife(request) ? [] : realAddresses(objectOf<Service>(request).spec))
    for (const address of before) if (!after.has(address)) await ips.release(address, context)
  }

  return {
    name: 'ServiceAllocation',
    handles: (request) => isWhole(request) && resourceOf(request) === 'services' && request.operation !== 'CONNECT',
    async mutate(request, context) {
      if (request.operation === 'DELETE') return
      const errors = new FieldErrors()
      const taken: Taken = {addresses: [], ports: []}
      requests.set(request, taken)
      const {spec} = objectOf<Service>(request)
      if (!spec) return
      if (request.operation === 'CREATE') alignClusterIps(spec, undefined)
      settleFamilies(spec, oldOf<Service>(request)?.spec, families, errors)
      if (errors.list.length === 0) await allocateAddress(request, taken, errors, context)
      if (errors.list.length === 0) allocatePorts(request, taken, errors, context)
      const name = objectOf(request).metadata?.name ?? ''
      if (errors.list.length > 0) throw invalidObject(request.kind.resource, name, errors.list)
    },
    settled: settle,
  }
}
