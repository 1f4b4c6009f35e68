import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {IndexedCache} from '../../src/reconcile/cache.ts'
import type {Cached} from '../../src/reconcile/contract.ts'

const pod = (namespace: string, name: string, options: {owner?: string; node?: string} = {}): Cached<Pod> =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      ...(options.owner
        ? {ownerReferences: [{apiVersion: 'v1', kind: 'X', name: 'x', uid: options.owner, controller: true}]}
        : {}),
    },
    spec: {nodeName: options.node, containers: []},
  }) as unknown as Cached<Pod>

const names = (objects: readonly Cached<Pod>[]): string[] => objects.map(({metadata}) => metadata.name).sort()

test('objects are found by key, by namespace, by owner and by an index added later', () => {
  const cache = new IndexedCache<Pod>()
  cache.put(pod('a', 'one', {owner: 'u1', node: 'n1'}))
  cache.put(pod('a', 'two', {owner: 'u1'}))
  cache.put(pod('b', 'one', {node: 'n1'}))
  cache.addIndex('node', ({spec}) => (spec?.nodeName ? [spec.nodeName] : []))
  assert.equal(cache.size, 3)
  assert.equal(cache.get({namespace: 'b', name: 'one'})?.metadata.namespace, 'b')
  assert.deepEqual(names(cache.list('a')), ['one', 'two'])
  assert.deepEqual(names(cache.byIndex('owner', 'u1')), ['one', 'two'])
  assert.deepEqual(names(cache.byIndex('node', 'n1')), ['one', 'one'])
  assert.throws(() => cache.byIndex('absent', 'x'))
})

test('an object that changes moves between the buckets, and leaves them all when removed', () => {
  const cache = new IndexedCache<Pod>()
  cache.addIndex('node', ({spec}) => (spec?.nodeName ? [spec.nodeName] : []))
  cache.put(pod('a', 'one', {owner: 'u1', node: 'n1'}))
  cache.put(pod('a', 'one', {owner: 'u2', node: 'n1'}))
  assert.deepEqual(names(cache.byIndex('owner', 'u1')), [])
  assert.deepEqual(names(cache.byIndex('owner', 'u2')), ['one'])
  cache.remove('a/one')
  assert.deepEqual(
    [cache.list(), cache.list('a'), cache.byIndex('owner', 'u2'), cache.byIndex('node', 'n1')],
    [[], [], [], []],
  )
})

test('a list is the same array until a member changes', () => {
  const cache = new IndexedCache<Pod>()
  cache.put(pod('a', 'one'))
  cache.put(pod('b', 'one'))
  const [all, ofA] = [cache.list(), cache.list('a')]
  assert.equal(cache.list(), all)
  cache.put(pod('b', 'two'))
  assert.equal(cache.list('a'), ofA)
  assert.notEqual(cache.list(), all)
})
