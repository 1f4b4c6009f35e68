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
