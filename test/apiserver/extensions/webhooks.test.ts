import assert from 'node:assert/strict'
import {test} from 'node:test'
import {testServer} from '../test-server.ts'
import {webhookServer} from './webhook-server.ts'

interface Asked {
  readonly request: {readonly uid: string; readonly object: {readonly metadata: {readonly name: string}}}
}

/** A webhook that answers with what `decide` says. */
const webhook = (decide: (asked: Asked) => object | Promise<object>) =>
  webhookServer(async (asked: Asked) => ({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    response: {uid: asked.request.uid, ...(await decide(asked))},
  }))

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

test('connecting to a pod is admitted with its options as the object', async () => {
  await using hook = await webhook(({request}) => ({
    allowed: false,
    status: {message: JSON.stringify(request.object), code: 403},
  }))
  await using server = await testServer()
  const rules = [
    {apiGroups: [''], apiVersions: ['v1'], operations: ['CONNECT'], resources: ['pods/exec', 'pods/attach']},
  ]
  await server.ask(`${group}/validatingwebhookconfigurations`, {
    method: 'POST',
    body: configuration('ValidatingWebhookConfiguration', hook.clientConfig, {rules}),
  })
  const {json} = await server.ask<{message: string}>(
    '/api/v1/namespaces/default/pods/p/exec?command=sh&command=-c&stdin=true&container=c',
    {method: 'POST'},
  )
  assert.equal(
    json.message,
    'admission webhook "hook.example.com" denied the request: {"kind":"PodExecOptions","apiVersion":"v1","stdin":true,"container":"c","command":["sh","-c"]}',
  )
})

test('answers that are none are told in the words of Kubernetes', async () => {
  let answer: object = {}
  await using hook = await webhook(() => answer)
  await using server = await testServer()
  await server.ask(`${group}/mutatingwebhookconfigurations`, {
    method: 'POST',
    body: configuration('MutatingWebhookConfiguration', hook.clientConfig),
  })
  const failure = async (next: object): Promise<string> => {
    answer = next
    return (await server.ask<{message: string}>(configMaps, {method: 'POST', body: map('a')})).json.message
  }
  const prefix = 'Internal error occurred: failed calling webhook "hook.example.com": '
  const invalid = `${prefix}received invalid webhook response: `
  assert.match(await failure({uid: 'x'}), /received invalid webhook response: expected response.uid="[-\w]+", got "x"$/)
  assert.equal(
    await failure({allowed: true, patch: 'e30='}),
    `${invalid}webhook returned response.patch but not response.patchType`,
  )
  assert.equal(
    await failure({allowed: true, patchType: 'JSONPatch'}),
    `${invalid}webhook returned response.patchType but not response.patch`,
  )
  const patch = (operations: object) => Buffer.from(JSON.stringify(operations)).toString('base64')
  assert.equal(
    await failure({allowed: true, patchType: 'Odd', patch: patch([])}),
    `${prefix}unsupported patch type "Odd"`,
  )
  assert.match(
    await failure({allowed: true, patchType: 'JSONPatch', patch: patch([{op: 'remove', path: '/data/x'}])}),
    /^Internal error occurred: /,
  )
  assert.equal(
    await failure({allowed: false}),
    'admission webhook "hook.example.com" denied the request without explanation',
  )
})

test('a webhook that takes too long ends with its own timeout', async () => {
  await using hook = await webhook(() => new Promise(() => {}) as never)
  await using server = await testServer()
  await server.ask(`${group}/validatingwebhookconfigurations`, {
    method: 'POST',
    body: configuration('ValidatingWebhookConfiguration', hook.clientConfig, {timeoutSeconds: 1}),
  })
  const {json} = await server.ask<{message: string}>(configMaps, {method: 'POST', body: map('a')})
  assert.match(
    json.message,
    /failed to call webhook: Post "https:\/\/localhost:\d+\/check\?timeout=1s": context deadline exceeded$/,
  )
})

test('a webhook with side effects is not asked on a dry run, and configurations are not asked about', async () => {
  const nowhere = {url: 'https://127.0.0.1:1/x'}
  await using server = await testServer()
  const hooks = `${group}/validatingwebhookconfigurations`
  const rules = [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]
  const made = configuration('ValidatingWebhookConfiguration', nowhere, {rules})
  await server.ask(hooks, {method: 'POST', body: made})
  assert.equal((await server.ask(configMaps, {method: 'POST', body: map('a')})).status, 500)
  assert.equal((await server.ask(`${hooks}/hook`, {method: 'DELETE'})).status, 200)
})

test('a mutating webhook is asked again when a later one changed the object, if it wants that', async () => {
  const encoded = (operations: object) => Buffer.from(JSON.stringify(operations)).toString('base64')
  const seen: unknown[] = []
  const patched = (operations: object) => ({allowed: true, patchType: 'JSONPatch', patch: encoded(operations)})
  await using first = await webhook(({request}) => {
    seen.push((request.object as {data?: unknown}).data)
    return {allowed: true}
  })
  await using second = await webhook(() => patched([{op: 'add', path: '/data', value: {late: 'yes'}}]))
  await using server = await testServer()
  const post = (name: string, hook: {clientConfig: object}, more: object) =>
    server.ask(`${group}/mutatingwebhookconfigurations`, {
      method: 'POST',
      body: {...configuration('MutatingWebhookConfiguration', hook.clientConfig, more), metadata: {name}},
    })
  await post('a', first, {reinvocationPolicy: 'IfNeeded'})
  await post('b', second, {})
  assert.equal((await server.ask(configMaps, {method: 'POST', body: map('a')})).status, 201)
  assert.deepEqual(seen, [undefined, {late: 'yes'}])
})
