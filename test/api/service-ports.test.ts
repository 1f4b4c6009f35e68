import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Endpoint, EndpointSlice, Service, ServiceSpec} from '../../src/api/schema/types.gen.ts'
import {desiredPorts} from '../../src/api/service-ports.ts'
import type {Cached} from '../../src/reconcile/contract.ts'

const here = {nodeName: 'node-1', zone: 'east'}
const base: ServiceSpec = {clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports: [{port: 80, protocol: 'TCP'}]}
const internal = (spec: Partial<ServiceSpec>, endpoints: Endpoint[]): string[] =>
  one(spec, endpoints)?.internalBackends.map(({address}) => address) ?? []
const one = (spec: Partial<ServiceSpec>, endpoints: Endpoint[]) => {
  const service = {metadata: {name: 'web', namespace: 'shop'}, spec: {...base, ...spec}} as Cached<Service>
  const slice = {
    metadata: {name: 's', namespace: 'shop'},
    addressType: 'IPv4',
    ports: [{name: '', port: 8080}],
    endpoints,
  } as unknown as Cached<EndpointSlice>
  return desiredPorts(service, [slice], here)[0]
}
const at = (address: string, more: Partial<Endpoint> = {}): Endpoint => ({
  addresses: [address],
  conditions: {ready: true},
  nodeName: 'node-2',
  ...more,
})

test('ready endpoints are used, others are not', () => {
  assert.deepEqual(internal({}, [at('b'), at('a'), at('c', {conditions: {ready: false}})]), ['a', 'b'])
})
test('when none is ready, those that still serve while they end are used', () => {
  const ending = {ready: false, serving: true, terminating: true}
  assert.deepEqual(internal({}, [at('a', {conditions: ending}), at('b', {conditions: {ready: false}})]), ['a'])
  assert.deepEqual(internal({}, [at('a', {conditions: ending}), at('b')]), ['b'])
})
test('an internal policy of Local keeps to this node, even when there is nobody', () => {
  assert.deepEqual(internal({internalTrafficPolicy: 'Local'}, [at('a'), at('b', {nodeName: 'node-1'})]), ['b'])
  assert.deepEqual(internal({internalTrafficPolicy: 'Local'}, [at('a')]), [])
})
test('an external policy of Local holds for the outside only', () => {
  const port = one({externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000}, [at('a')])
  assert.deepEqual(
    [port?.internalBackends.length, port?.externalBackends.length, port?.healthCheckNodePort],
    [1, 0, 31_000],
  )
})
test('from outside, endpoints of every node of this machine are here; those that end serve while nobody else here does', () => {
  const service = {metadata: {name: 'web', namespace: 'shop'}, spec: {...base, externalTrafficPolicy: 'Local'}}
  const ending = {ready: false, serving: true, terminating: true}
  const slice = {
    metadata: {name: 's', namespace: 'shop'},
    addressType: 'IPv4',
    ports: [{name: '', port: 8080}],
    endpoints: [at('a', {conditions: ending}), at('b', {nodeName: 'node-9'})],
  }
  const [port] = desiredPorts(service as Cached<Service>, [slice as unknown as Cached<EndpointSlice>], {
    nodeName: 'node-1',
    others: [{nodeName: 'node-2'}],
  })
  assert.deepEqual(
    port?.externalBackends.map(({address}) => address),
    ['a'],
  )
  assert.deepEqual(
    port?.clusterBackends.map(({address}) => address),
    ['b'],
  )
})
test('pods of another node of this machine have their own view where it differs', () => {
  const near = {...base, internalTrafficPolicy: 'Local'} as const
  const service = {metadata: {name: 'web', namespace: 'shop'}, spec: near} as Cached<Service>
  const slice = {
    metadata: {name: 's', namespace: 'shop'},
    addressType: 'IPv4',
    ports: [{name: '', port: 8080}],
    endpoints: [at('a', {nodeName: 'node-1'}), at('b')],
  } as unknown as Cached<EndpointSlice>
  const place = {nodeName: 'node-1', others: [{nodeName: 'node-2'}]}
  const [port] = desiredPorts(service, [slice], place)
  assert.deepEqual(port?.elsewhere, [{nodeName: 'node-2', backends: [{address: 'b', port: 8080, nodeName: 'node-2'}]}])
  const [plain] = desiredPorts({...service, spec: base} as Cached<Service>, [slice], place)
  assert.deepEqual(plain?.elsewhere, [])
})
test('services for other proxies, and slices of theirs, are not ours', () => {
  const labels = {'service.kubernetes.io/service-proxy-name': 'mine'}
  const service = {metadata: {name: 'web', namespace: 'shop', labels}, spec: base} as unknown as Cached<Service>
  assert.deepEqual(desiredPorts(service, [], here), [])
})
test('zone hints are followed when every endpoint has one and some are meant for here', () => {
  const hint = (zone: string): Partial<Endpoint> => ({hints: {forZones: [{name: zone}]}})
  assert.deepEqual(internal({}, [at('a', hint('east')), at('b', hint('west'))]), ['a'])
  assert.deepEqual(internal({}, [at('a', hint('west')), at('b', hint('west'))]), ['a', 'b'])
  assert.deepEqual(internal({}, [at('a', hint('east')), at('b')]), ['a', 'b'])
})
test('headless services and aliases have no way in', () => {
  assert.equal(one({clusterIP: 'None', clusterIPs: ['None']}, [at('a')]), undefined)
  assert.equal(one({type: 'ExternalName', externalName: 'x'}, [at('a')]), undefined)
})
