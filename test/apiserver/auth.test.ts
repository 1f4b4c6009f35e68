import assert from 'node:assert/strict'
import {request as httpsRequest} from 'node:https'
import {test} from 'node:test'
import type {Secret, Status} from '../../src/api/schema/types.gen.ts'
import type {Pki} from '../../src/apiserver/pki/contract.ts'
import {openPki} from '../../src/apiserver/pki/pki.ts'
import {type TestServer, testServer} from './test-server.ts'

interface Answered {
  readonly status: number
  readonly json: Status
}

interface Credentials {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
}

const over = (pki: Pki, port: number, path: string, {token, cert, key}: Credentials = {}): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const sent = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        agent: false,
        ca: pki.caCertificate,
        ...(cert === undefined ? {} : {cert, key}),
        headers: token === undefined ? {} : {authorization: `Bearer ${token}`},
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({status: response.statusCode ?? 0, json: JSON.parse(text) as Status}))
      },
    )
    sent.on('error', reject)
    sent.end()
  })

const pods = '/api/v1/namespaces/default/pods'

interface Secured {
  readonly api: TestServer
  readonly pki: Pki
  readonly port: number
}

const secured = async (): Promise<Secured> => {
  const pki = await openPki()
  const api = await testServer({pki})
  const {port} = await api.server.listenTls()
  await api.ask('/api/v1/namespaces/default/serviceaccounts', {method: 'POST', body: {metadata: {name: 'bot'}}})
  return {api, pki, port}
}

const tokenOf = async (api: TestServer, spec: object = {}): Promise<string> => {
  const path = '/api/v1/namespaces/default/serviceaccounts/bot/token'
  const {json} = await api.ask<{status: {token: string}}>(path, {method: 'POST', body: {spec}})
  return json.status.token
}

const bind = (api: TestServer): Promise<unknown> =>
  api.ask('/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
    method: 'POST',
    body: {
      metadata: {name: 'read'},
      roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view'},
      subjects: [{kind: 'ServiceAccount', name: 'bot', namespace: 'default'}],
    },
  })

test('a certificate of the administrator may do everything, a stranger nothing', async () => {
  const {api, pki, port} = await secured()
  await using _ = api
  const {certificate: cert, key} = pki.admin
  assert.equal((await over(pki, port, pods, {cert, key})).status, 200)
  const refused = await over(pki, port, pods)
  assert.equal(refused.status, 403)
  assert.equal(
    refused.json.message,
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
  )
  const stranger = await (await openPki()).issueClient({name: 'admin', groups: ['system:masters']})
  const other = await over(pki, port, pods, {cert: stranger.certificate, key: stranger.key})
  assert.equal(other.status, 403)
})

test('a service account may do what its role says, while it exists', async () => {
  const {api, pki, port} = await secured()
  await using _ = api
  const token = await tokenOf(api)
  assert.equal((await over(pki, port, pods, {token})).status, 403)
  await bind(api)
  assert.equal((await over(pki, port, pods, {token})).status, 200)
  assert.equal((await over(pki, port, '/api/v1/namespaces/default/secrets', {token})).status, 403)
  assert.equal((await over(pki, port, pods, {token: `${token}x`})).status, 401)
  await api.ask('/api/v1/namespaces/default/serviceaccounts/bot', {method: 'DELETE'})
  assert.equal((await over(pki, port, pods, {token})).status, 401)
})

test('a token for another audience opens no door here', async () => {
  const {api, pki, port} = await secured()
  await using _ = api
  assert.equal((await over(pki, port, pods, {token: await tokenOf(api, {audiences: ['vault']})})).status, 401)
})

test('a secret for a service account is filled with a token that works until the secret is gone', async () => {
  const {api, pki, port} = await secured()
  await using _ = api
  await bind(api)
  const path = '/api/v1/namespaces/default/secrets'
  const {json, status, text} = await api.ask<Secret>(path, {
    method: 'POST',
    body: {
      metadata: {name: 'bot-token', annotations: {'kubernetes.io/service-account.name': 'bot'}},
      type: 'kubernetes.io/service-account-token',
    },
  })
  assert.equal(status, 201, text)
  const token = Buffer.from(json.data?.token ?? '', 'base64').toString()
  assert.equal((await over(pki, port, pods, {token})).status, 200)
  await api.ask(`${path}/bot-token`, {method: 'DELETE'})
  assert.equal((await over(pki, port, pods, {token})).status, 401)
})
