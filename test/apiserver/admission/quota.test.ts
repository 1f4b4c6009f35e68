// Quotas hold under load: what is taken is counted before it is stored, and given back when it is not.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {ResourceQuota} from '../../../src/api/schema/types.gen.ts'
import {type TestServer, testServer} from '../test-server.ts'

const namespace = '/api/v1/namespaces/default'

const withQuota = async (server: TestServer, hard: {[resource: string]: string}): Promise<void> => {
  await server.ask(`${namespace}/resourcequotas`, {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'q'}, spec: {hard}},
  })
  const used = Object.fromEntries(Object.keys(hard).map((resource) => [resource, '0']))
  await server.ask(`${namespace}/resourcequotas/q/status`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {status: {hard, used}},
  })
}

const usedOf = async (server: TestServer): Promise<unknown> =>
  (await server.ask<ResourceQuota>(`${namespace}/resourcequotas/q`)).json.status?.used

const createMap = (server: TestServer, name: string, query = '') =>
  server.ask<{message?: string}>(`${namespace}/configmaps${query}`, {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name}},
  })

test('of many requests at once only as many succeed as the quota allows', async () => {
  await using server = await testServer()
  await withQuota(server, {configmaps: '5'})
  const answers = await Promise.all(Array.from({length: 20}, (_, index) => createMap(server, `c${index}`)))
  assert.equal(answers.filter(({status}) => status === 201).length, 5)
  assert.deepEqual(await usedOf(server), {configmaps: '5'})
  const refused = answers.find(({status}) => status === 403)
  assert.match(
    refused?.json.message ?? '',
    /is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=5, limited: configmaps=5$/,
  )
})

test('what is not stored is not counted', async () => {
  await using server = await testServer()
  await withQuota(server, {configmaps: '5'})
  await createMap(server, 'a')
  assert.equal((await createMap(server, 'a')).status, 409)
  await createMap(server, 'b', '?dryRun=All')
  assert.deepEqual(await usedOf(server), {configmaps: '1'})
})

test('nothing is created in a namespace that is not there or is going', async () => {
  await using server = await testServer()
  const nowhere = await server.ask('/api/v1/namespaces/nowhere/configmaps', {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'a'}},
  })
  assert.equal(nowhere.status, 404)
  await server.ask('/api/v1/namespaces', {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'going'}},
  })
  await server.ask('/api/v1/namespaces/going', {method: 'DELETE'})
  const late = await server.ask<{message?: string}>('/api/v1/namespaces/going/configmaps', {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'late'}},
  })
  assert.equal(
    late.json.message,
    'configmaps "late" is forbidden: unable to create new content in namespace going because it is being terminated',
  )
})
