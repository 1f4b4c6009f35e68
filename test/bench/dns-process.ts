// The resolver alone in a process, with a few services: what a load generator asks.
import {listenDns} from '../../src/dns/listen.ts'
import type {DnsRecord} from '../../src/dns/records.ts'
import {Resolver} from '../../src/dns/resolver.ts'
import {systemClock} from '../../src/lib/clock.ts'

const names = new Map<string, readonly DnsRecord[]>(
  Array.from({length: 1_000}, (_, at) => [
    `s${at}.default.svc.cluster.local`,
    [{type: 'A', address: `10.96.${at >> 8}.${at & 255}`}],
  ]),
)
const resolver = new Resolver({
  zone: {
    domain: 'cluster.local',
    generation: 1,
    lookup: (name) => names.get(name),
    hasNamespace: () => true,
    isOwn: (name) => name.endsWith('cluster.local'),
  },
  hosts: {lookup: () => undefined},
  upstreams: () => [],
  clock: systemClock,
})
const {port} = await listenDns({host: '127.0.0.1', port: 0}, resolver)
console.log(`port ${port}`)
process.on('SIGTERM', () => process.exit())
