import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Question} from 'dns-packet'
import type {EndpointSlice, Service, ServiceSpec} from '../../src/api/schema/types.gen.ts'
import {answerQuestion, type Names} from '../../src/dns/answer.ts'
import {parseHosts} from '../../src/dns/host-names.ts'
import {recordsOf} from '../../src/dns/records.ts'
import {reversedAddress, reverseName} from '../../src/dns/reverse.ts'
import {parseResolvConf} from '../../src/dns/upstreams.ts'
import type {Cached} from '../../src/reconcile/contract.ts'

const service = (spec: ServiceSpec): Cached<Service> =>
  ({metadata: {name: 'web', namespace: 'shop'}, spec}) as unknown as Cached<Service>
const slice = (endpoints: EndpointSlice['endpoints']): Cached<EndpointSlice> =>
  ({
    metadata: {name: 'web-1', namespace: 'shop'},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 8080, protocol: 'TCP'}],
    endpoints,
  }) as unknown as Cached<EndpointSlice>

const zoneOf = (spec: ServiceSpec, endpoints: EndpointSlice['endpoints'] = []): Names => {
  const records = recordsOf(service(spec), [slice(endpoints)], 'cluster.local')
  const names = [...records.keys()]
  return {
    domain: 'cluster.local',
    hasNamespace: (name) => name === 'shop' || name === 'empty',
    isOwn: (name) => name.endsWith('cluster.local') || (reversedAddress(name) ?? '').startsWith('10.244.'),
    lookup: (name) => records.get(name) ?? (names.some((known) => known.endsWith(`.${name}`)) ? [] : undefined),
  }
}

const hosts = {
  lookup: (name: string) => (name === 'host.mini.internal' ? [{type: 'A', address: '10.0.0.1'} as const] : undefined),
}

const ask = (zone: Names, name: string, type: string): string => {
  const outcome = answerQuestion({name, type} as Question, zone, hosts)
  if (outcome.kind !== 'found') return outcome.kind
  const show = (data: unknown): string => (typeof data === 'string' ? data : JSON.stringify(data))
  return [
    outcome.rcode,
    ...outcome.answers.map((answer) => `${answer.type} ${show('data' in answer ? answer.data : '')}`),
  ].join(', ')
}

const virtual = zoneOf({clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports: [{name: 'http', port: 80}]})
const headless = zoneOf({clusterIP: 'None', clusterIPs: ['None'], ports: [{port: 1}]}, [
  {addresses: ['10.244.0.5'], hostname: 'web-0', conditions: {ready: true}},
  {addresses: ['10.244.0.6'], conditions: {ready: true}},
  {addresses: ['10.244.0.7'], conditions: {ready: false}},
])
const dangling = zoneOf({type: 'ExternalName', externalName: 'no.shop.svc.cluster.local'})
const external = zoneOf({type: 'ExternalName', externalName: 'example.com.'})

const srv = (port: number, target: string): string => `SRV ${JSON.stringify({priority: 0, weight: 100, port, target})}`
const base = 'web.shop.svc.cluster.local'
const table: [string, Names, string, string, string][] = [
  ['a service has its cluster IP', virtual, base, 'A', 'NOERROR, A 10.96.0.7'],
  ['case does not matter', virtual, 'WEB.shop.svc.Cluster.Local', 'A', 'NOERROR, A 10.96.0.7'],
  ['a name without an address of that family is no error', virtual, base, 'AAAA', 'NOERROR'],
  ['a named port has a service record', virtual, `_http._tcp.${base}`, 'SRV', `NOERROR, ${srv(80, base)}`],
  ['an address points back to its service', virtual, '7.0.96.10.in-addr.arpa', 'PTR', `NOERROR, PTR ${base}`],
  ['a service that is not there does not exist', virtual, 'no.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a namespace with services exists', virtual, 'shop.svc.cluster.local', 'A', 'NOERROR'],
  ['a headless service has its ready endpoints', headless, base, 'A', 'NOERROR, A 10.244.0.5, A 10.244.0.6'],
  ['an endpoint with a hostname has a name', headless, `web-0.${base}`, 'A', 'NOERROR, A 10.244.0.5'],
  ['an endpoint without one is called by its address', headless, `10-244-0-6.${base}`, 'A', 'NOERROR, A 10.244.0.6'],
  [
    'an endpoint with a hostname is pointed back to',
    headless,
    '5.0.244.10.in-addr.arpa',
    'PTR',
    `NOERROR, PTR web-0.${base}`,
  ],
  ['one without is not, and nobody outside is asked', headless, '6.0.244.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
  ['addresses of others are for somebody else', headless, '8.8.8.8.in-addr.arpa', 'PTR', 'forward'],
  [
    'a headless service lists its endpoints by port',
    headless,
    `_http._tcp.${base}`,
    'SRV',
    `NOERROR, ${srv(8080, `web-0.${base}`)}, ${srv(8080, `10-244-0-6.${base}`)}`,
  ],
  ['an external name is an alias that leads outside', external, base, 'A', 'follow'],
  ['the alias itself can be asked for', external, base, 'CNAME', 'NOERROR, CNAME example.com'],
  ['a pod address has a name', virtual, '10-244-0-9.shop.pod.cluster.local', 'A', 'NOERROR, A 10.244.0.9'],
  ['what is no address has none', virtual, '10-244-0-900.shop.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['an IPv6 one too', virtual, 'fd00--5.shop.pod.cluster.local', 'AAAA', 'NOERROR, AAAA fd00::5'],
  ['a pod of no namespace has no name', virtual, '10-244-0-9.none.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['a namespace without services exists', virtual, 'empty.svc.cluster.local', 'A', 'NOERROR'],
  ['one that is not there does not', virtual, 'none.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['names that only hold others exist', virtual, 'svc.cluster.local', 'A', 'NOERROR'],
  ['protocols hold the ports', virtual, `_tcp.${base}`, 'A', 'NOERROR'],
  ['an alias to what is not there says so', dangling, base, 'A', 'NXDOMAIN, CNAME no.shop.svc.cluster.local'],
  ['the version of the schema', virtual, 'dns-version.cluster.local', 'TXT', 'NOERROR, TXT ["1.1.0"]'],
  ['the host has a name', virtual, 'host.mini.internal', 'A', 'NOERROR, A 10.0.0.1'],
  ['the rest of the world is for somebody else', virtual, 'example.com', 'A', 'forward'],
]
for (const [what, zone, name, type, expected] of table)
  test(`${what}: ${name} ${type}`, () => assert.equal(ask(zone, name, type), expected))

test('endpoints that are not ready are published when the service says so', () => {
  const zone = zoneOf({clusterIP: 'None', publishNotReadyAddresses: true}, [
    {addresses: ['10.244.0.7'], conditions: {ready: false}},
  ])
  assert.equal(ask(zone, base, 'A'), 'NOERROR, A 10.244.0.7')
})

test('an IPv6 address is reversed digit by digit', () => {
  assert.equal(reverseName('fd00::1'), `1.${'0.'.repeat(27)}0.0.d.f.ip6.arpa`)
})

test('resolvers are read from resolv.conf, and nothing else in it', () => {
  assert.deepEqual(
    parseResolvConf(
      '# nameserver 9.9.9.9\nsearch a b\nnameserver 1.1.1.1 # first\n nameserver fe80::1%eth0\nnameserver x\n',
    ),
    ['1.1.1.1', 'fe80::1'],
  )
})

test("names of the machine's hosts file are known, save for those of its loopback", () => {
  const names = parseHosts('127.0.0.1 localhost\n# 192.0.2.9 no\n192.0.2.1\tNas nas.home # disk\n::1 x\nfd00::1 nas\n')
  assert.deepEqual(
    [...names],
    [
      ['nas', ['192.0.2.1', 'fd00::1']],
      ['nas.home', ['192.0.2.1']],
    ],
  )
})
