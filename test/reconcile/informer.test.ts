import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {ApiError} from '../../src/api/errors.ts'
import type {KubeObject, Stored, WatchEventType} from '../../src/api/object.ts'
import {configMaps} from '../../src/api/resources.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {createInformers} from '../../src/reconcile/informers.ts'
import {fakeClock, settle} from '../helpers/fake-clock.ts'
import {type Script, scriptedClient} from '../helpers/scripted-client.ts'

const object = (name: string, version: number, uid = name): Stored<KubeObject> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {namespace: 'a', name, uid, resourceVersion: `${version}`, creationTimestamp: '2026-01-01T00:00:00Z'},
})
const event = (type: WatchEventType, ...rest: Parameters<typeof object>) => ({type, object: object(...rest)})

const follow = async (t: TestContext, script: Script) => {
  const stop = new AbortController()
  const clock = fakeClock()
  const {client, calls} = scriptedClient(script)
  const informers = createInformers({client, clock, logger: silentLogger, signal: stop.signal})
  t.after(async () => {
    stop.abort()
    await informers.stopped()
  })
  const informer = informers.informer(configMaps)
  const changes: string[] = []
  informer.onChange(({type, object: {metadata}}) =>
    changes.push(`${type} ${metadata.name}@${metadata.resourceVersion}`),
  )
  await informer.synced()
  await settle()
  return {informers, informer, clock, calls, changes, stop}
}

test('a list fills the cache and a watch from its version keeps it', async (t) => {
  const {informer, calls, changes} = await follow(t, {
    lists: [{version: '5', items: [object('x', 3)]}],
    watches: [{events: [event('ADDED', 'y', 6), event('MODIFIED', 'x', 7), event('DELETED', 'y', 8)]}],
  })
  assert.deepEqual(changes, ['added x@3', 'added y@6', 'updated x@7', 'deleted y@8'])
  assert.deepEqual(calls, ['list', 'watch from 5'])
  assert.equal(informer.revision, 8)
  assert.equal(informer.cache.size, 1)
  assert.ok(Object.isFrozen(informer.cache.get({namespace: 'a', name: 'x'})?.metadata))
})

test('a listener that comes later is told of what is there', async (t) => {
  const {informer} = await follow(t, {lists: [{version: '5', items: [object('x', 3)]}], watches: []})
  const late: string[] = []
  informer.onChange(({type}) => late.push(type))
  assert.deepEqual(late, ['added'])
})

test('a watch that ends goes on where it was, bookmarks included', async (t) => {
  const {clock, calls} = await follow(t, {
    lists: [{version: '5', items: []}],
    watches: [{events: [event('BOOKMARK', '', 9)], after: 'end'}, {}],
  })
  await clock.advance(60)
  assert.deepEqual(calls, ['list', 'watch from 5', 'watch from 9'])
})

test('after 410 the list is taken again and only the difference is told', async (t) => {
  const {clock, calls, changes} = await follow(t, {
    lists: [
      {version: '5', items: [object('same', 1), object('changed', 2), object('gone', 3), object('reborn', 4)]},
      {
        version: '20',
        items: [object('same', 1), object('changed', 12), object('new', 13), object('reborn', 14, 'other')],
      },
    ],
    watches: [{after: new ApiError('Expired', 'too old')}, {}],
  })
  changes.length = 0
  await clock.advance(60)
  assert.deepEqual(calls, ['list', 'watch from 5', 'list', 'watch from 20'])
  assert.deepEqual(changes, [
    'updated changed@12',
    'added new@13',
    'deleted reborn@4',
    'added reborn@14',
    'deleted gone@3',
  ])
})

test('two who ask for a resource share one informer', async (t) => {
  const {informers, informer, calls} = await follow(t, {lists: [{version: '5', items: []}], watches: []})
  assert.equal(informers.informer(configMaps), informer)
  assert.equal(calls.filter((call) => call === 'list').length, 1)
})

test('a listener that throws does not keep the others from hearing', async (t) => {
  const {informer, changes} = await follow(t, {
    lists: [{version: '5', items: []}],
    watches: [{events: [event('ADDED', 'x', 6)]}],
  })
  informer.onChange(() => {
    throw new Error('broken listener')
  })
  assert.deepEqual(changes, ['added x@6'])
})
