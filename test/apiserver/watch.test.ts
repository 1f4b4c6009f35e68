import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {ConfigMap} from '../../src/api/schema/types.gen.ts'
import {until} from '../helpers/until.ts'
import {type TestServer, testServer} from './test-server.ts'
import {Replica} from './watch-replica.ts'

const path = '/api/v1/namespaces/default/configmaps'
const merge = {'content-type': 'application/merge-patch+json'}

const label = (api: TestServer, name: string, value: string | null): Promise<unknown> =>
  api.ask(`${path}/${name}`, {method: 'PATCH', headers: merge, body: {metadata: {labels: {l: value}}}})

const events = async (api: TestServer, query: string): Promise<{type: string; object: ConfigMap}[]> => {
  const {text} = await api.ask(`${path}?watch=1&timeoutSeconds=1&${query}`)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as {type: string; object: ConfigMap})
}

test('an object that enters or leaves the selection is added or deleted for the watcher', async () => {
  await using api = await testServer()
  const replica = new Replica(api.socket, path, 'l=1')
  try {
    await api.ask(path, {method: 'POST', body: {metadata: {name: 'c'}}})
    for (const value of ['1', '2', '1', null]) await label(api, 'c', value)
    await until('four events', () => replica.types.length === 4)
    assert.deepEqual(replica.types, ['ADDED', 'DELETED', 'ADDED', 'DELETED'])
  } finally {
    replica.close()
  }
})

test('a watch from a past version replays what happened since', async () => {
  await using api = await testServer()
  const {json} = await api.ask<ConfigMap>(path, {method: 'POST', body: {metadata: {name: 'c'}}})
  await label(api, 'c', '1')
  await api.ask(`${path}/c`, {method: 'DELETE'})
  const seen = await events(api, `resourceVersion=${json.metadata?.resourceVersion}`)
  assert.deepEqual(
    seen.map(({type}) => type),
    ['MODIFIED', 'DELETED'],
  )
  assert.ok(Number(seen[1]?.object.metadata?.resourceVersion) > Number(seen[0]?.object.metadata?.resourceVersion))
})

test('the end of the initial events is marked by a bookmark', async () => {
  await using api = await testServer()
  await api.ask(path, {method: 'POST', body: {metadata: {name: 'c'}}})
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const [first, second] = await events(api, query)
  assert.equal(first?.type, 'ADDED')
  assert.equal(second?.type, 'BOOKMARK')
  assert.deepEqual(second?.object.metadata?.annotations, {'k8s.io/initial-events-end': 'true'})
})

test('a watch from a version that was forgotten ends with 410', async () => {
  await using api = await testServer()
  for (let at = 0; at < 5; at++) await api.ask(path, {method: 'POST', body: {metadata: {name: `c${at}`}}})
  await api.store.compact(api.store.currentRevision())
  const [event] = (await events(api, 'resourceVersion=1')) as unknown as {type: string; object: {code: number}}[]
  assert.equal(event?.type, 'ERROR')
  assert.equal(event?.object.code, 410)
})
