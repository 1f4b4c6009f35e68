// In a namespace of its own (proxy.bench.ts starts it there): how long the proxy needs for 1,000 services of 10 endpoints,
// and then for one change, from the write to the API until it holds.
import {endpointSlices, services} from '../../src/api/resources.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {KernelRules} from '../../src/proxy/nftables/kernel-rules.ts'
import {createNft} from '../../src/proxy/nftables/nft.ts'
import {watchPortsAndPlaces} from '../../src/proxy/ports-and-places.ts'
import {UserspaceServices} from '../../src/proxy/userspace/serve.ts'
import {startInProcess} from '../helpers/in-process.ts'

const SERVICES = 1000
const ENDPOINTS = 10
const CHANGES = 30
const mode = process.argv[2] === 'userspace' ? 'userspace' : 'nftables'

/** Timers of the clock keep nobody alive. */
const alive = setInterval(() => undefined, 1000)
await using cluster = await startInProcess()
const {client, informers} = cluster
const address = (number: number): string => `10.244.${number >> 8}.${number & 255}`
const slice = (at: number, endpoints: number) => ({
  metadata: {
    name: `service-${at}`,
    namespace: 'default',
    labels: {'kubernetes.io/service-name': `service-${at}`},
  },
  addressType: 'IPv4',
  endpoints: Array.from({length: endpoints}, (_, nth) => ({
    addresses: [address(256 + at * ENDPOINTS + nth)],
    conditions: {ready: true},
    nodeName: 'node-1',
  })),
  ports: [{name: '', port: 8080, protocol: 'TCP'}],
})
for (let first = 0; first < SERVICES; first += 50)
  await Promise.all(
    Array.from({length: 50}, async (_, nth) => {
      const name = `service-${first + nth}`
      await client.create(services, {
        metadata: {name, namespace: 'default'},
        spec: {clusterIP: `10.96.${1 + ((first + nth) >> 8)}.${(first + nth) & 255}`, ports: [{port: 80}]},
      })
      await client.create(endpointSlices, slice(first + nth, ENDPOINTS))
    }),
  )

const network = {podRanges: ['10.244.0.0/16'], serviceRanges: ['10.96.0.0/16'], balancerRanges: ['10.95.255.0/24']}
const stop = new AbortController()
const options = {
  client,
  informers,
  clock: systemClock,
  logger: silentLogger,
  signal: stop.signal,
  mode,
  tableName: 'mini-bench',
  network,
  path: process.env.PATH ?? '',
  onState: () => undefined,
} as const

const start = performance.now()
let seen = Promise.withResolvers<void>()
const kernel = new KernelRules({...options, nft: createNft(options.path), withServices: true})
const userspace = mode === 'userspace' ? new UserspaceServices(options) : undefined
using watch = await watchPortsAndPlaces(options, (change, places) => {
  if (userspace) userspace.setServices(change, places)
  else kernel.setServices({ports: change.all, ofNode: places.ofNode, servedElsewhere: change.servedElsewhere})
  seen.resolve()
})
await seen.promise
const settled = (): Promise<void> => (userspace ? userspace.settled() : kernel.settled())
await settled()
const firstMs = performance.now() - start

const changes: number[] = []
for (let at = 0; at < CHANGES; at++) {
  seen = Promise.withResolvers()
  const before = performance.now()
  const body = {endpoints: slice(at, ENDPOINTS - 1).endpoints}
  const name = {namespace: 'default', name: `service-${at}`}
  await client.patch(endpointSlices, name, {type: 'merge', body})
  await seen.promise
  await settled()
  changes.push(performance.now() - before)
}
changes.sort((a, b) => a - b)
console.log(JSON.stringify({firstMs, medianMs: changes[CHANGES >> 1], worstMs: changes.at(-1)}))
watch[Symbol.dispose]()
await kernel[Symbol.asyncDispose]()
await userspace?.[Symbol.asyncDispose]()
stop.abort()
clearInterval(alive)
