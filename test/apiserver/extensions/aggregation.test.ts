import assert from 'node:assert/strict'
import {once} from 'node:events'
import {request as httpRequest} from 'node:http'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {test} from 'node:test'
import {openPki} from '../../../src/apiserver/pki/pki.ts'
import {type TestServer, testServer} from '../test-server.ts'
import {eventually} from './definitions.ts'

interface Service {
  readonly status?: {
    readonly conditions?: readonly {readonly status: string; readonly reason: string; readonly message: string}[]
  }
}

const services = '/apis/apiregistration.k8s.io/v1/apiservices'

test('local groups have an APIService that is available', async () => {
  await using server = await testServer()
  const {json} = await server.ask<Service>(`${services}/v1.apps`)
  assert.deepEqual(
    json.status?.conditions?.map(({status, reason}) => [status, reason]),
    [['True', 'Local']],
  )
})

/** A server of its own for flow.example.com/v1, that speaks TLS and knows what it was asked. */
const flowServer = async () => {
  const pki = await openPki()
  const {certificate, key} = await pki.issueServer(['flow.default.svc'])
  const answers: Record<string, object> = {
    '/apis/flow.example.com/v1': {
      kind: 'APIResourceList',
      resources: [{name: 'flows', singularName: 'flow', namespaced: true, kind: 'Flow', verbs: ['get', 'list']}],
    },
    '/openapi/v3/apis/flow.example.com/v1': {openapi: '3.0.0', info: {title: 'flow'}, paths: {}},
    '/openapi/v2': {
      swagger: '2.0',
      paths: {'/apis/flow.example.com/v1/flows': {}},
      definitions: {'com.example.Flow': {}},
    },
  }
  const remote = createServer({cert: certificate, key}, (request, response) => {
    response.setHeader('content-type', 'application/json')
    const known = answers[request.url ?? '']
    const {'x-remote-user': user, 'x-remote-group': groups, authorization} = request.headers
    response.end(JSON.stringify(known ?? {user, groups, authorization: authorization ?? null}))
  })
  remote.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n')
    socket.pipe(socket)
  })
  remote.listen(0, 'localhost')
  await once(remote, 'listening')
  return {
    port: (remote.address() as AddressInfo).port,
    caBundle: Buffer.from(pki.caCertificate).toString('base64'),
    async [Symbol.asyncDispose]() {
      remote.closeAllConnections()
      remote.close()
      await once(remote, 'close')
    },
  }
}

const flowService = (port: number, caBundle: string) => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: {name: 'v1.flow.example.com'},
  spec: {
    group: 'flow.example.com',
    version: 'v1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    service: {name: 'flow', namespace: 'default', port},
    caBundle,
  },
})

const externalName = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'flow'},
  spec: {type: 'ExternalName', externalName: 'localhost'},
}

const condition = async (server: TestServer, reason: string) => {
  const {json} = await eventually(
    () => server.ask<Service>(`${services}/v1.flow.example.com`),
    ({json}) => json.status?.conditions?.[0]?.reason === reason,
  )
  return json.status?.conditions?.[0]
}

const post = async (server: TestServer, path: string, body: object) => {
  const made = await server.ask(path, {method: 'POST', body})
  assert.equal(made.status, 201, made.text)
}

test('requests, discovery, OpenAPI and upgrades of an aggregated API go to its server', async () => {
  await using remote = await flowServer()
  await using server = await testServer()
  await post(server, '/api/v1/namespaces/default/services', externalName)
  await post(server, services, flowService(remote.port, remote.caBundle))
  assert.equal((await condition(server, 'Passed'))?.status, 'True')
  const {json} = await server.ask<{user: string; authorization: unknown}>(
    '/apis/flow.example.com/v1/namespaces/default/flows',
  )
  assert.deepEqual([json.user, json.authorization], ['admin', null])
  const groups = await server.ask<{groups: {name: string}[]}>('/apis')
  assert.ok(groups.json.groups.some(({name}) => name === 'flow.example.com'))
  const index = await server.ask<{paths: Record<string, unknown>}>('/openapi/v3')
  assert.ok('apis/flow.example.com/v1' in index.json.paths)
  const document = await server.ask<{info: {title: string}}>('/openapi/v3/apis/flow.example.com/v1')
  assert.equal(document.json.info.title, 'flow')
  const v2 = await server.ask<{definitions: object; paths: object}>('/openapi/v2')
  assert.ok('com.example.Flow' in v2.json.definitions && 'io.k8s.api.core.v1.Pod' in v2.json.definitions)
  assert.ok('/apis/flow.example.com/v1/flows' in v2.json.paths)
  assert.equal(await echo(server.socket, '/apis/flow.example.com/v1/namespaces/default/flows/x/exec'), 'hello')
})

const echo = (socketPath: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({socketPath, path, headers: {connection: 'Upgrade', upgrade: 'echo'}})
    request.on('upgrade', (_response, socket) => {
      socket.once('data', (data: Buffer) => {
        socket.destroy()
        resolve(data.toString('utf8'))
      })
      socket.write('hello')
    })
    request.on('error', reject)
    request.end()
  })

test('an aggregated API that cannot be reached says why, and when it can again', async () => {
  await using remote = await flowServer()
  await using server = await testServer()
  await post(server, services, flowService(remote.port, remote.caBundle))
  assert.equal((await condition(server, 'ServiceNotFound'))?.message, 'service/flow in "default" is not present')
  const refused = await server.ask('/apis/flow.example.com/v1/flows')
  assert.deepEqual([refused.status, refused.text], [503, 'service unavailable\n'])
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const groups = await server.ask<{items: {metadata: {name?: string}; versions: object[]}[]}>('/apis', {
    headers: {accept},
  })
  assert.deepEqual(groups.json.items.find(({metadata}) => metadata.name === 'flow.example.com')?.versions, [
    {version: 'v1', freshness: 'Stale'},
  ])
  assert.equal((await server.ask('/apis/flow.example.com')).status, 200)
  const service = (port: number) => ({...externalName, spec: {ports: [{port, name: 'api'}]}})
  await post(server, '/api/v1/namespaces/default/services', service(1))
  assert.equal(
    (await condition(server, 'ServicePortError'))?.message,
    `service/flow in "default" is not listening on port ${remote.port}`,
  )
  await server.ask('/api/v1/namespaces/default/services/flow', {method: 'DELETE'})
  await post(server, '/api/v1/namespaces/default/services', service(remote.port))
  assert.equal(
    (await condition(server, 'EndpointsNotFound'))?.message,
    'cannot find endpointslices for service/flow in "default"',
  )
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: 'flow', labels: {'kubernetes.io/service-name': 'flow'}},
    addressType: 'IPv4',
    ports: [{name: 'api', port: 1}],
    endpoints: [{addresses: ['10.9.9.9'], conditions: {ready: false}}],
  }
  await post(server, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', slice)
  assert.equal(
    (await condition(server, 'MissingEndpoints'))?.message,
    'endpoints for service/flow in "default" have no addresses with port name "api"',
  )
  await server.ask('/api/v1/namespaces/default/services/flow', {method: 'DELETE'})
  await post(server, '/api/v1/namespaces/default/services', externalName)
  assert.equal((await condition(server, 'Passed'))?.message, 'all checks passed')
})
