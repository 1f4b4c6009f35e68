// Input that means harm, or comes from broken clients, gets a clear answer and nothing else.
import assert from 'node:assert/strict'
import {connect} from 'node:net'
import {test} from 'node:test'
import type {ConfigMap, Status} from '../../src/api/schema/types.gen.ts'
import {type TestServer, testServer} from './test-server.ts'

const path = '/api/v1/namespaces/default/configmaps'
const send = (api: TestServer, body: string, type = 'application/json') =>
  api.ask<Status>(path, {method: 'POST', body, headers: {'content-type': type}})

const rejected: Readonly<Record<string, readonly [body: string, type?: string]>> = {
  'deeply nested JSON': [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  'deeply nested lists': ['['.repeat(200_000)],
  'deeply nested YAML': [`a: ${'['.repeat(20_000)}`, 'application/yaml'],
  'numbers beyond all bounds': ['{"metadata":{"name":"n","generation":1e999}}'],
  'text that is no JSON': ['{"a"'],
  'a truncated protobuf message': ['k8s\0\n\u00ff', 'application/vnd.kubernetes.protobuf'],
  'protobuf that is none': ['hello', 'application/vnd.kubernetes.protobuf'],
  'a list instead of an object': ['[]'],
  'a number instead of an object': ['7'],
}

for (const [what, [body, type]] of Object.entries(rejected))
  test(`${what} is a bad request`, async () => {
    await using api = await testServer()
    const {status, json} = await send(api, body, type)
    assert.equal(status, 400, json.message)
    assert.equal(json.kind, 'Status')
    assert.equal((await api.ask('/healthz')).status, 200)
  })

test('a body of more than 3 MB is too large', async () => {
  await using api = await testServer()
  const {status} = await send(api, `{"data":{"a":"${'x'.repeat(3 * 1024 * 1024)}"}}`)
  assert.equal(status, 413)
  assert.equal((await api.ask('/healthz')).status, 200)
})

test('an object of more than 1.5 MiB is refused and changes nothing', async () => {
  await using api = await testServer()
  const before = api.store.currentRevision()
  const {status} = await send(api, JSON.stringify({metadata: {name: 'big'}, data: {a: 'x'.repeat(1_700_000)}}))
  assert.ok(status >= 400, String(status))
  assert.equal(api.store.currentRevision(), before)
})

test('keys that JavaScript treats specially are data like others, or unknown', async () => {
  await using api = await testServer()
  const body =
    '{"metadata":{"name":"p","__proto__":{"x":1}},"data":{"constructor":"c","toString":"t"},"__proto__":{"y":1}}'
  const {status} = await send(api, body)
  assert.equal(status, 201)
  const {json} = await api.ask<ConfigMap>(`${path}/p`)
  assert.deepEqual(json.data, {constructor: 'c', toString: 't'})
  assert.equal(({} as Record<string, unknown>).x, undefined)
  assert.equal(({} as Record<string, unknown>).y, undefined)
})

test('a patch cannot reach prototypes', async () => {
  await using api = await testServer()
  await send(api, '{"metadata":{"name":"p"}}')
  for (const [type, patch] of [
    ['application/merge-patch+json', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
    ['application/json-patch+json', '[{"op":"add","path":"/__proto__/polluted","value":1}]'],
    ['application/strategic-merge-patch+json', '{"metadata":{"__proto__":{"polluted":1}}}'],
  ] as const)
    await api.ask(`${path}/p`, {method: 'PATCH', headers: {'content-type': type}, body: patch})
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

for (const trick of [
  '/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets',
  '/api/v1/namespaces/%2e%2e/configmaps/x',
  '/api/v1/%zz',
  '//api/v1/nodes',
  '/api/v1/namespaces/default/configmaps/a%00b',
])
  test(`the path ${trick} is a clear error`, async () => {
    await using api = await testServer()
    const {status} = await api.ask(trick)
    assert.ok(status === 400 || status === 404, String(status))
  })

const raw = (socket: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const connection = connect(socket, () => connection.write(text))
    let answer = ''
    connection.on('data', (chunk) => {
      answer += chunk.toString()
    })
    connection.on('close', () => resolve(answer))
    connection.on('error', reject)
  })

test('what is no HTTP is answered 400 and the connection closed', async () => {
  await using api = await testServer()
  assert.match(await raw(api.socket, 'GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400/)
  assert.match(
    await raw(api.socket, `GET /healthz HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`),
    /^HTTP\/1\.1 431/,
  )
  assert.equal((await api.ask('/healthz')).status, 200)
})
