import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {test} from 'node:test'
import {openPki} from '../../../src/apiserver/pki/pki.ts'
import {testServer} from '../test-server.ts'

interface Asked {
  readonly request: {readonly uid: string; readonly object: {readonly metadata: {readonly name: string}}}
}

/** A webhook that answers with what `decide` says. */
const webhook = async (decide: (asked: Asked) => object) => {
  const pki = await openPki()
  const {certificate, key} = await pki.issueServer(['127.0.0.1', 'localhost'])
  const server = createServer({cert: certificate, key}, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Asked
    const answer = {uid: asked.request.uid, ...decide(asked)}
    response.end(JSON.stringify({kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: answer}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    clientConfig: {
      url: `https://localhost:${port}/check`,
      caBundle: Buffer.from(pki.caCertificate).toString('base64'),
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const configuration = (kind: string, clientConfig: object, more: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: {name: 'hook'},
  webhooks: [
    {
      name: 'hook.example.com',
      clientConfig,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      timeoutSeconds: 2,
      rules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps']}],
      ...more,
    },
  ],
})

const group = '/apis/admissionregistration.k8s.io/v1'
const configMaps = '/api/v1/namespaces/default/configmaps'
const map = (name: string) => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name}})

test('a validating webhook refuses in its own words and warns', async () => {
  await using hook = await webhook(({request}) => ({
    allowed: request.object.metadata.name !== 'bad',
    status: {message: 'not this one', code: 403},
    warnings: ['look out'],
  }))
  await using server = await testServer()
  const made = await server.ask(`${group}/validatingwebhookconfigurations`, {
    method: 'POST',
    body: configuration('ValidatingWebhookConfiguration', hook.clientConfig),
  })
  assert.equal(made.status, 201, made.text)
  const refused = await server.ask<{message: string}>(configMaps, {method: 'POST', body: map('bad')})
  assert.equal(refused.status, 403)
  assert.equal(refused.json.message, 'admission webhook "hook.example.com" denied the request: not this one')
  const good = await server.ask(configMaps, {method: 'POST', body: map('good')})
  assert.equal(good.status, 201)
  assert.match(String(good.headers.warning), /look out/)
})

test('a mutating webhook changes the object', async () => {
  const patch = Buffer.from(JSON.stringify([{op: 'add', path: '/data', value: {a: 'b'}}])).toString('base64')
  await using hook = await webhook(() => ({allowed: true, patchType: 'JSONPatch', patch}))
  await using server = await testServer()
  await server.ask(`${group}/mutatingwebhookconfigurations`, {
    method: 'POST',
    body: configuration('MutatingWebhookConfiguration', hook.clientConfig),
  })
  const made = await server.ask<{data: unknown}>(configMaps, {method: 'POST', body: map('a')})
  assert.deepEqual(made.json.data, {a: 'b'})
})

test('a webhook that is not there refuses or is passed over, as its failurePolicy says', async () => {
  const nowhere = {url: 'https://127.0.0.1:1/x'}
  await using server = await testServer()
  const hooks = `${group}/validatingwebhookconfigurations`
  await server.ask(hooks, {method: 'POST', body: configuration('ValidatingWebhookConfiguration', nowhere)})
  const refused = await server.ask<{message: string}>(configMaps, {method: 'POST', body: map('a')})
  assert.equal(refused.status, 500)
  assert.equal(
    refused.json.message,
    'Internal error occurred: failed calling webhook "hook.example.com": failed to call webhook: Post "https://127.0.0.1:1/x?timeout=2s": dial tcp 127.0.0.1:1: connect: connection refused',
  )
  await server.ask(`${hooks}/hook`, {method: 'DELETE'})
  const open = configuration('ValidatingWebhookConfiguration', nowhere, {failurePolicy: 'Ignore'})
  await server.ask(hooks, {method: 'POST', body: open})
  assert.equal((await server.ask(configMaps, {method: 'POST', body: map('a')})).status, 201)
})
