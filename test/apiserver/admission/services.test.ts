// Cluster IPs and node ports: given once, given back, never given twice.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {IPAddress, Service} from '../../../src/api/schema/types.gen.ts'
import {type TestServer, testServer} from '../test-server.ts'

const namespace = '/api/v1/namespaces/default'

const createService = (server: TestServer, name: string, spec: object, query = '') =>
  server.ask<Service & {message?: string}>(`${namespace}/services${query}`, {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {ports: [{port: 80}], ...spec}},
  })

/** That of the server's own service. */
const kubernetesAddress = '10.96.0.1'

const addressesOf = async (server: TestServer): Promise<string[]> => {
  const {json} = await server.ask<{items: IPAddress[]}>('/apis/networking.k8s.io/v1/ipaddresses')
  const all = json.items.map(({metadata}) => metadata?.name ?? '').sort()
  return all.filter((address) => address !== kubernetesAddress)
}

test('many services created at once get different addresses and ports', async () => {
  await using server = await testServer()
  const made = await Promise.all(
    Array.from({length: 40}, (_, index) => createService(server, `s${index}`, {type: 'NodePort'})),
  )
  const services = made.map(({json}) => json)
  assert.equal(new Set(services.map(({spec}) => spec?.clusterIP)).size, 40)
  assert.equal(new Set(services.map(({spec}) => spec?.ports?.[0]?.nodePort)).size, 40)
  assert.deepEqual(await addressesOf(server), services.map(({spec}) => spec?.clusterIP ?? '').sort())
})

test('an address is free again once its service is deleted', async () => {
  await using server = await testServer()
  assert.equal((await createService(server, 'a', {clusterIP: '10.96.7.7'})).status, 201)
  const taken = await createService(server, 'b', {clusterIP: '10.96.7.7'})
  assert.equal(taken.status, 422)
  assert.match(taken.json.message ?? '', /failed to allocate IP 10.96.7.7: provided IP is already allocated/)
  await server.ask(`${namespace}/services/a`, {method: 'DELETE'})
  assert.deepEqual(await addressesOf(server), [])
  assert.equal((await createService(server, 'b', {clusterIP: '10.96.7.7'})).status, 201)
})

test('a service that is refused keeps nothing', async () => {
  await using server = await testServer()
  const refused = await createService(server, 'a', {
    type: 'NodePort',
    ports: [{port: 80, nodePort: 30123, protocol: 'X'}],
  })
  assert.equal(refused.status, 422)
  assert.deepEqual(await addressesOf(server), [])
  const again = await createService(server, 'a', {type: 'NodePort', ports: [{port: 80, nodePort: 30123}]})
  assert.equal(again.json.spec?.ports?.[0]?.nodePort, 30123)
})

test('a dry run takes nothing', async () => {
  await using server = await testServer()
  const dry = await createService(server, 'a', {}, '?dryRun=All')
  assert.match(dry.json.spec?.clusterIP ?? '', /^10\.96\./)
  assert.deepEqual(await addressesOf(server), [])
})

test('a service that becomes a name gives its address back', async () => {
  await using server = await testServer()
  await createService(server, 'a', {})
  const {json} = await server.ask<Service>(`${namespace}/services/a`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {spec: {type: 'ExternalName', externalName: 'x.test'}},
  })
  assert.equal(json.spec?.clusterIP, undefined)
  assert.deepEqual(await addressesOf(server), [])
})

test('node ports come from the range of the cluster, and others are refused', async () => {
  await using server = await testServer({nodePorts: {first: 31_000, last: 31_001}})
  const given = await Promise.all(['a', 'b'].map((name) => createService(server, name, {type: 'NodePort'})))
  assert.deepEqual(given.map(({json}) => json.spec?.ports?.[0]?.nodePort).sort(), [31_000, 31_001])
  const refused = await createService(server, 'c', {type: 'NodePort', ports: [{port: 80, nodePort: 30_123}]})
  assert.equal(refused.status, 422)
  assert.match(refused.json.message ?? '', /not in the valid range. The range of valid ports is 31000-31001/)
})
