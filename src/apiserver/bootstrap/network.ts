// The cluster's own service and the address range of all services.
import type {KubeObject} from '../../api/object.ts'
import type {EndpointSlice, Endpoints, IPAddress, Service, ServiceCIDR} from '../../api/schema/types.gen.ts'

export interface NetworkOptions {
  readonly serviceCidr: string
  readonly now: string
  readonly advertise: {readonly address: string; readonly port: number}
}

/** The first address of a range: 10.96.0.0/16 has 10.96.0.1. */
export const firstAddress = (cidr: string): string => {
  const [network = ''] = cidr.split('/')
  if (network.includes(':')) return network.endsWith('::') ? `${network}1` : network
  const parts = network.split('.').map(Number)
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join('.')
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
    ipFamilies: ['IPv4'],
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
  addressType: 'IPv4',
  endpoints: [{addresses: [address], conditions: {ready: true}}],
  ports: [{name: 'https', port, protocol: 'TCP'}],
})

const range = (cidr: string, now: string): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: {name, finalizers: ['networking.k8s.io/service-cidr-finalizer']},
  spec: {cidrs: [cidr]},
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
      'ipaddress.kubernetes.io/ip-family': 'IPv4',
      'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
    },
  },
  spec: {parentRef: {group: '', resource: 'services', namespace: 'default', name}},
})

export const networkObjects = ({serviceCidr, advertise, now}: NetworkOptions): KubeObject[] => {
  const first = firstAddress(serviceCidr)
  return [
    service(first, advertise.port),
    endpoints(advertise.address, advertise.port),
    slice(advertise.address, advertise.port),
    range(serviceCidr, now),
    reserved(first),
  ]
}
