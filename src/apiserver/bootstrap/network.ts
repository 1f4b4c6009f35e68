// The cluster's own service and the address range of all services.
import {addressText, familyOf, parseCidr} from '../../api/meta/ip.ts'
import type {KubeObject} from '../../api/object.ts'
import type {EndpointSlice, Endpoints, IPAddress, Service, ServiceCIDR} from '../../api/schema/types.gen.ts'

export interface NetworkOptions {
  /** One a family, the usual one first. */
  readonly serviceCidrs: readonly string[]
  readonly now: string
  readonly advertise: {readonly address: string; readonly port: number}
}

/** The first address of a range: 10.96.0.0/16 has 10.96.0.1. */
export const firstAddress = (text: string): string => {
  const cidr = parseCidr(text)
  if (!cidr) throw new Error(`${JSON.stringify(text)} is no range of addresses`)
  return addressText(cidr.first + 1n, cidr.family)
}

const name = 'kubernetes'

const service = (address: string, port: number): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name, namespace: 'default', labels: {component: 'apiserver', provider: name}},
  spec: {
    clusterIP: address,
    clusterIPs: [address],
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ipFamilies: [familyOf(address) ?? 'IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    ports: [{name: 'https', protocol: 'TCP', port: 443, targetPort: port}],
  },
  status: {loadBalancer: {}},
})

const endpoints = (address: string, port: number): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: {name, namespace: 'default', labels: {'endpointslice.kubernetes.io/skip-mirror': 'true'}},
  subsets: [{addresses: [{ip: address}], ports: [{name: 'https', port, protocol: 'TCP'}]}],
})

const slice = (address: string, port: number): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {name, namespace: 'default', labels: {'kubernetes.io/service-name': name}},
  addressType: familyOf(address) ?? 'IPv4',
  endpoints: [{addresses: [address], conditions: {ready: true}}],
  ports: [{name: 'https', port, protocol: 'TCP'}],
})

const ranges = (cidrs: readonly string[], now: string): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: {name, finalizers: ['networking.k8s.io/service-cidr-finalizer']},
  spec: {cidrs: [...cidrs]},
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        lastTransitionTime: now,
        reason: '',
        message: 'Kubernetes Service CIDR is ready',
      },
    ],
  },
})

const reserved = (address: string): IPAddress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: {
    name: address,
    labels: {
      'ipaddress.kubernetes.io/ip-family': familyOf(address) ?? 'IPv4',
      'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
    },
  },
  spec: {parentRef: {group: '', resource: 'services', namespace: 'default', name}},
})

export const networkObjects = ({serviceCidrs, advertise, now}: NetworkOptions): KubeObject[] => {
  const first = firstAddress(serviceCidrs[0] ?? '')
  return [
    service(first, advertise.port),
    endpoints(advertise.address, advertise.port),
    slice(advertise.address, advertise.port),
    ranges(serviceCidrs, now),
    reserved(first),
  ]
}
