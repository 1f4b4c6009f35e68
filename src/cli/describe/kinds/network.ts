// Services, EndpointSlices, Endpoints, Ingresses, NetworkPolicies, addresses.
import {
  endpointSlices,
  endpoints,
  ingressClasses,
  ingresses,
  ipAddresses,
  networkPolicies,
  serviceCIDRs,
  services,
} from '../../../api/resources.ts'
import type {
  Endpoint,
  EndpointSlice,
  IngressBackend,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  Service,
  ServicePort,
} from '../../../api/schema/types.gen.ts'
import {goTime, longTime, mapText, orUnset, selectorText, writeAnnotations, writeHead, writeLabels} from '../common.ts'
import {type DescribeContext, describing} from '../describer.ts'
import {writeEvents} from '../events.ts'
import type {Page} from '../page.ts'

const MOST_ENDPOINTS = 3

const slicesOf = async ({metadata}: Service, {client}: DescribeContext): Promise<readonly EndpointSlice[]> => {
  const labelSelector = `kubernetes.io/service-name=${metadata?.name}`
  const {items} = await client.list(endpointSlices, {namespace: metadata?.namespace, labelSelector})
  return items
}

/** `10.0.0.1:80,10.0.0.2:80 + 4 more...` for one port of a service. */
const endpointsText = (slices: readonly EndpointSlice[], port: ServicePort): string => {
  const shown: string[] = []
  let more = 0
  for (const {ports, endpoints: all} of slices) {
    const numbers: (number | undefined)[] = (ports ?? [])
      .filter(({name}) => (name ?? '') === (port.name ?? ''))
      .map((match) => match.port)
    // Addresses of no port are addresses all the same.
    if (!ports?.length) numbers.push(undefined)
    for (const {addresses, conditions} of all ?? [])
      for (const address of conditions?.ready === false ? [] : addresses.slice(0, 1))
        for (const number of numbers) {
          const host = address.includes(':') ? `[${address}]` : address
          if (shown.length < MOST_ENDPOINTS) shown.push(number === undefined ? address : `${host}:${number}`)
          else more += 1
        }
  }
  return shown.join(',') + (more > 0 ? ` + ${more} more...` : '')
}

const writePorts = (page: Page, service: Service, slices: readonly EndpointSlice[]): void => {
  for (const port of service.spec?.ports ?? []) {
    const name = port.name || '<unset>'
    page.line(0, 'Port:', name, `${port.port}/${port.protocol}`)
    page.line(
      0,
      'TargetPort:',
      `${port.targetPort === 0 || port.targetPort === undefined ? port.port : port.targetPort}/${port.protocol}`,
    )
    if (port.nodePort) page.line(0, 'NodePort:', name, `${port.nodePort}/${port.protocol}`)
    page.line(0, 'Endpoints:', endpointsText(slices, port))
  }
}

export const serviceDescriber = describing(services, async (page, service, context) => {
  const {spec, status} = service
  writeHead(page, service)
  page.line(0, 'Selector:', mapText(spec?.selector) || '<none>')
  page.line(0, 'Type:', spec?.type ?? '')
  if (spec?.ipFamilyPolicy) page.line(0, 'IP Family Policy:', spec.ipFamilyPolicy)
  page.line(0, 'IP Families:', spec?.ipFamilies?.length ? spec.ipFamilies.join(',') : '<none>')
  page.line(0, 'IP:', spec?.clusterIP ?? '')
  page.line(0, 'IPs:', spec?.clusterIPs?.length ? spec.clusterIPs.join(',') : '<none>')
  if (spec?.externalIPs?.length) page.line(0, 'External IPs:', spec.externalIPs.join(','))
  if (spec?.loadBalancerIP) page.line(0, 'Desired LoadBalancer IP:', spec.loadBalancerIP)
  if (spec?.externalName) page.line(0, 'External Name:', spec.externalName)
  const balancers = (status?.loadBalancer?.ingress ?? []).map(({ip, hostname, ipMode}) =>
    ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : (hostname ?? ''),
  )
  if (balancers.length > 0) page.line(0, 'LoadBalancer Ingress:', balancers.join(', '))
  writePorts(page, service, await slicesOf(service, context).catch(() => []))
  page.line(0, 'Session Affinity:', spec?.sessionAffinity ?? '')
  if (spec?.externalTrafficPolicy) page.line(0, 'External Traffic Policy:', spec.externalTrafficPolicy)
  if (spec?.internalTrafficPolicy) page.line(0, 'Internal Traffic Policy:', spec.internalTrafficPolicy)
  if (spec?.trafficDistribution) page.line(0, 'Traffic Distribution:', spec.trafficDistribution)
  if (spec?.healthCheckNodePort) page.line(0, 'HealthCheck NodePort:', spec.healthCheckNodePort)
  if (spec?.loadBalancerSourceRanges?.length)
    page.line(0, 'LoadBalancer Source Ranges:', spec.loadBalancerSourceRanges.join(','))
  await writeEvents(page, service, context)
})

const writeEndpoint = (
  page: Page,
  {addresses, conditions, hostname, targetRef, nodeName, zone, hints}: Endpoint,
): void => {
  page.line(1, '- Addresses:', addresses.join(', '))
  page.line(2, 'Conditions:')
  page.line(3, 'Ready:', conditions?.ready === undefined ? '<unset>' : conditions.ready)
  page.line(2, 'Hostname:', orUnset(hostname))
  if (targetRef) page.line(2, 'TargetRef:', `${targetRef.kind}/${targetRef.name}`)
  page.line(2, 'NodeName:', orUnset(nodeName))
  page.line(2, 'Zone:', orUnset(zone))
  if (!hints?.forZones?.length) return
  page.line(2, 'Hints:')
  page.line(3, 'ForZones:', hints.forZones.map(({name}) => name).join(','))
}

export const endpointSliceDescriber = describing(endpointSlices, async (page, slice, context) => {
  writeHead(page, slice)
  page.line(0, 'AddressType:', slice.addressType)
  if (!slice.ports?.length) page.line(0, 'Ports:', '<unset>')
  else {
    page.line(0, 'Ports:')
    page.line(1, 'Name', 'Port', 'Protocol')
    page.line(1, '----', '----', '--------')
    for (const {name, port, protocol} of slice.ports) page.line(1, name || '<unset>', orUnset(port), protocol ?? '')
  }
  if (!slice.endpoints?.length) page.line(0, 'Endpoints:', '<none>')
  else {
    page.line(0, 'Endpoints:')
    for (const endpoint of slice.endpoints) writeEndpoint(page, endpoint)
  }
  await writeEvents(page, slice, context)
})

export const endpointsDescriber = describing(endpoints, async (page, object, context) => {
  writeHead(page, object)
  page.line(0, 'Subsets:')
  for (const {addresses, notReadyAddresses, ports} of object.subsets ?? []) {
    page.line(1, 'Addresses:', (addresses ?? []).map(({ip}) => ip).join(',') || '<none>')
    page.line(1, 'NotReadyAddresses:', (notReadyAddresses ?? []).map(({ip}) => ip).join(',') || '<none>')
    if (ports?.length) {
      page.line(1, 'Ports:')
      page.line(2, 'Name', 'Port', 'Protocol')
      page.line(2, '----', '----', '--------')
      for (const {name, port, protocol} of ports) page.line(2, name || '<unset>', port, protocol ?? 'TCP')
    }
    page.write(0, '\n')
  }
  await writeEvents(page, object, context)
})

/** `10.0.0.1:80,10.0.0.2:80`, or why there are none. */
const backendText = async (
  namespace: string,
  {service, resource}: IngressBackend,
  {client}: DescribeContext,
): Promise<string> => {
  if (resource) {
    const group = resource.apiGroup ? `APIGroup: ${resource.apiGroup}, ` : ''
    return `${group}Kind: ${resource.kind}, Name: ${resource.name}`
  }
  if (!service) return '<default>'
  const port = service.port?.number || service.port?.name || 0
  const name = `${service.name}:${port}`
  try {
    const found = await client.get(services, {namespace, name: service.name})
    const slices = await slicesOf(found, {client} as DescribeContext)
    const match = found.spec?.ports?.find(
      (one) => one.port === service.port?.number || (one.name !== undefined && one.name === service.port?.name),
    )
    return `${name} (${match ? endpointsText(slices, match) : ''})`
  } catch (error) {
    return `${name} (<error: ${(error as Error).message}>)`
  }
}

export const ingressDescriber = describing(ingresses, async (page, ingress, context) => {
  const {metadata, spec, status} = ingress
  const namespace = metadata.namespace ?? ''
  page.line(0, 'Name:', metadata.name)
  writeLabels(page, 'Labels', metadata.labels)
  page.line(0, 'Namespace:', namespace)
  page.line(
    0,
    'Address:',
    (status?.loadBalancer?.ingress ?? []).map(({ip, hostname}) => ip || hostname || '').join(','),
  )
  page.line(
    0,
    'Ingress Class:',
    spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'] ?? '<none>',
  )
  page.line(
    0,
    'Default backend:',
    spec?.defaultBackend ? await backendText(namespace, spec.defaultBackend, context) : '<default>',
  )
  if (spec?.tls?.length) {
    page.line(0, 'TLS:')
    for (const {hosts, secretName} of spec.tls)
      page.line(
        1,
        secretName ? `${secretName} terminates ${(hosts ?? []).join(',')}` : `SNI routes ${(hosts ?? []).join(',')}`,
      )
  }
  page.line(0, 'Rules:')
  page.line(1, 'Host', 'Path', 'Backends')
  page.line(1, '----', '----', '--------')
  for (const {host, http} of spec?.rules ?? []) {
    if (!http) continue
    page.line(1, host || '*', '')
    for (const {path, backend} of http.paths)
      page.line(1, '', path ?? '', ` ${await backendText(namespace, backend, context)}`.trimEnd())
  }
  if (!spec?.rules?.some(({http}) => http))
    page.line(
      1,
      '*',
      '*',
      spec?.defaultBackend ? await backendText(namespace, spec.defaultBackend, context) : '<default>',
    )
  writeAnnotations(page, metadata.annotations)
  await writeEvents(page, ingress, context)
})

export const ingressClassDescriber = describing(ingressClasses, async (page, ingressClass, context) => {
  const {metadata, spec} = ingressClass
  page.line(0, 'Name:', metadata.name)
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Controller:', spec?.controller ?? '')
  if (spec?.parameters) {
    const {apiGroup, kind, name, namespace} = spec.parameters
    page.line(0, 'Parameters:')
    if (apiGroup) page.line(1, 'APIGroup:', apiGroup)
    page.line(1, 'Kind:', kind)
    page.line(1, 'Name:', name)
    if (namespace) page.line(1, 'Namespace:', namespace)
  }
  await writeEvents(page, ingressClass, context)
})

const portRange = ({port, endPort, protocol}: NetworkPolicyPort): string =>
  `${port ?? '<any>'}${endPort ? `-${endPort}` : ''}/${protocol ?? 'TCP'}`

const writePeers = (page: Page, peers: readonly NetworkPolicyPeer[] | undefined, word: 'From' | 'To'): void => {
  if (!peers?.length) {
    page.line(2, `${word}: <any> (traffic not restricted by ${word === 'From' ? 'source' : 'destination'})`)
    return
  }
  for (const {podSelector, namespaceSelector, ipBlock} of peers) {
    page.line(2, `${word}:`)
    if (namespaceSelector) page.line(3, `NamespaceSelector: ${selectorText(namespaceSelector)}`)
    if (podSelector) page.line(3, `PodSelector: ${selectorText(podSelector)}`)
    if (ipBlock) {
      page.line(3, 'IPBlock:')
      page.line(4, `CIDR: ${ipBlock.cidr}`)
      page.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`)
    }
  }
}

interface PolicyRule {
  readonly ports?: readonly NetworkPolicyPort[] | undefined
  readonly peers?: readonly NetworkPolicyPeer[] | undefined
}

const writeRules = (page: Page, rules: readonly PolicyRule[], way: 'ingress' | 'egress'): void => {
  if (rules.length === 0) page.line(2, `<none> (Selected pods are isolated for ${way} connectivity)`)
  rules.forEach(({ports, peers}, at) => {
    if (!ports?.length) page.line(2, 'To Port: <any> (traffic allowed to all ports)')
    for (const port of ports ?? []) page.line(2, `To Port${port.endPort ? ' Range' : ''}: ${portRange(port)}`)
    writePeers(page, peers, way === 'ingress' ? 'From' : 'To')
    if (at < rules.length - 1) page.line(2, '----------')
  })
}

export const networkPolicyDescriber = describing(networkPolicies, (page, policy) => {
  const {metadata, spec} = policy
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(0, 'Created on:', goTime(metadata.creationTimestamp))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Spec:')
  const selector = selectorText(spec?.podSelector)
  page.line(
    1,
    `PodSelector:     ${selector === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)' : selector}`,
  )
  const types = spec?.policyTypes ?? []
  if (types.includes('Ingress')) {
    page.line(1, 'Allowing ingress traffic:')
    writeRules(
      page,
      (spec?.ingress ?? []).map(({ports, from}) => ({ports, peers: from})),
      'ingress',
    )
  } else page.line(1, 'Not affecting ingress traffic')
  if (types.includes('Egress')) {
    page.line(1, 'Allowing egress traffic:')
    writeRules(
      page,
      (spec?.egress ?? []).map(({ports, to}) => ({ports, peers: to})),
      'egress',
    )
  } else page.line(1, 'Not affecting egress traffic')
  page.line(1, `Policy Types: ${types.join(', ')}`)
})

export const ipAddressDescriber = describing(ipAddresses, async (page, address, context) => {
  writeHead(page, address, {namespace: false})
  const parent = address.spec?.parentRef
  if (parent) {
    page.line(0, 'Parent Reference:')
    if (parent.group) page.line(1, 'Group:', parent.group)
    page.line(1, 'Resource:', parent.resource)
    if (parent.namespace) page.line(1, 'Namespace:', parent.namespace)
    page.line(1, 'Name:', parent.name)
  }
  await writeEvents(page, address, context)
})

export const serviceCidrDescriber = describing(serviceCIDRs, async (page, range, context) => {
  writeHead(page, range, {namespace: false})
  page.line(0, 'CIDRs:', (range.spec?.cidrs ?? []).join(', '))
  if (range.status?.conditions?.length) {
    page.line(0, 'Status:')
    page.line(0, 'Conditions:')
    page.line(1, 'Type', 'Status', 'LastTransitionTime', 'Reason', 'Message')
    page.line(1, '----', '------', '------------------', '------', '-------')
    for (const {type, status, lastTransitionTime, reason, message} of range.status.conditions)
      page.line(1, type, status, longTime(lastTransitionTime), reason, message)
  }
  await writeEvents(page, range, context)
})
