import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {ConfigMap, Status} from '../../src/api/schema/types.gen.ts'
import {testServer} from './test-server.ts'

const path = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {name},
  data,
})

test('an object can be created, read, changed and deleted', async () => {
  await using api = await testServer()
  const created = await api.ask<ConfigMap>(path, {method: 'POST', body: configMap('c', {a: '1'})})
  assert.equal(created.status, 201)
  assert.ok(created.json.metadata?.uid)
  assert.deepEqual((await api.ask(`${path}/c`)).json, created.json)
  const changed = await api.ask<ConfigMap>(`${path}/c`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {data: {b: '2'}},
  })
  assert.deepEqual(changed.json.data, {a: '1', b: '2'})
  const deleted = await api.ask<Status>(`${path}/c`, {method: 'DELETE'})
  assert.equal(deleted.json.status, 'Success')
  assert.equal((await api.ask(`${path}/c`)).status, 404)
})

test('an update from an old version is refused', async () => {
  await using api = await testServer()
  const {json: first} = await api.ask<ConfigMap>(path, {method: 'POST', body: configMap('c')})
  assert.equal((await api.ask(`${path}/c`, {method: 'PUT', body: {...first, data: {k: 'v'}}})).status, 200)
  const refused = await api.ask<Status>(`${path}/c`, {method: 'PUT', body: {...first, data: {k: 'w'}}})
  assert.equal(refused.status, 409)
  assert.match(refused.json.message ?? '', /^Operation cannot be fulfilled on configmaps "c": the object has been/)
})

test('many patches of one object at the same time are all applied', async () => {
  await using api = await testServer()
  await api.ask(path, {method: 'POST', body: configMap('c')})
  await Promise.all(
    Array.from({length: 20}, (_, at) =>
      api.ask(`${path}/c`, {
        method: 'PATCH',
        headers: {'content-type': 'application/merge-patch+json'},
        body: {data: {[`k${at}`]: 'v'}},
      }),
    ),
  )
  const {json} = await api.ask<ConfigMap>(`${path}/c`)
  assert.equal(Object.keys(json.data ?? {}).length, 20)
})

test('a generated name is its prefix and five letters', async () => {
  await using api = await testServer()
  const {json} = await api.ask<ConfigMap>(path, {method: 'POST', body: {metadata: {generateName: 'web-'}}})
  assert.match(json.metadata?.name ?? '', /^web-[a-z0-9]{5}$/)
})
