import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {test} from 'node:test'
import {openPki} from '../../../src/apiserver/pki/pki.ts'
import {testServer} from '../test-server.ts'
import {eventually} from './definitions.ts'

interface Service {
  readonly status?: {readonly conditions?: readonly {readonly status: string; readonly reason: string}[]}
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

test('requests of an aggregated API go to its server with the user in headers', async () => {
  const pki = await openPki()
  const {certificate, key} = await pki.issueServer(['flow.default.svc'])
  const remote = createServer({cert: certificate, key}, (request, response) => {
    response.setHeader('content-type', 'application/json')
    const isList = request.url === '/apis/flow.example.com/v1'
    const resources = [{name: 'flows', singularName: 'flow', namespaced: true, kind: 'Flow', verbs: ['get', 'list']}]
    response.end(
      JSON.stringify(isList ? {kind: 'APIResourceList', resources} : {user: request.headers['x-remote-user']}),
    )
  })
  remote.listen(0, 'localhost')
  await once(remote, 'listening')
  await using _closing = {
    async [Symbol.asyncDispose]() {
      remote.closeAllConnections()
      remote.close()
      await once(remote, 'close')
    },
  }
  const {port} = remote.address() as AddressInfo
  await using server = await testServer()
  await server.ask('/api/v1/namespaces/default/services', {
    method: 'POST',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'flow'},
      spec: {type: 'ExternalName', externalName: 'localhost'},
    },
  })
  const made = await server.ask(services, {
    method: 'POST',
    body: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: {name: 'v1.flow.example.com'},
      spec: {
        group: 'flow.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: {name: 'flow', namespace: 'default', port},
        caBundle: Buffer.from(pki.caCertificate).toString('base64'),
      },
    },
  })
  assert.equal(made.status, 201, made.text)
  await eventually(
    () => server.ask<Service>(`${services}/v1.flow.example.com`),
    ({json}) => json.status?.conditions?.[0]?.status === 'True',
  )
  const {json} = await server.ask<{user: string}>('/apis/flow.example.com/v1/namespaces/default/flows')
  assert.equal(json.user, 'admin')
  const groups = await server.ask<{groups: {name: string}[]}>('/apis')
  assert.ok(groups.json.groups.some(({name}) => name === 'flow.example.com'))
})
