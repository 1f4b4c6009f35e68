import assert from 'node:assert/strict'
import {test} from 'node:test'
import {mapPatch, mergeDifference} from '../../src/cli/apply/three-way.ts'

test('what was applied before and is gone is removed; what others set stays', () => {
  const patch = mapPatch(
    {original: {a: 1, b: {x: 1}}, modified: {b: {y: 2}}, live: {a: 1, b: {x: 1, z: 3}, c: 4}},
    true,
  )
  assert.deepEqual(patch, {a: null, b: {x: null, y: 2}})
})
test('nothing to change is an empty patch', () => {
  const containers = [{name: 'c'}]
  const versions = {original: {}, modified: {containers}, live: {containers: [{name: 'c', image: 'i'}]}}
  assert.deepEqual(mapPatch(versions, true), {})
})
test('an item more in the live list makes a wish for an order, as kubectl sends it', () => {
  const versions = {original: {}, modified: {env: [{name: 'A'}]}, live: {env: [{name: 'A'}, {name: 'B'}]}}
  assert.deepEqual(mapPatch(versions, true), {'$setElementOrder/env': [{name: 'A'}]})
})
test('lists with a merge key are patched item by item', () => {
  const patch = mapPatch(
    {
      original: {containers: [{name: 'old'}, {name: 'c'}]},
      modified: {containers: [{name: 'c', image: 'i:2'}, {name: 'new'}]},
      live: {containers: [{name: 'old'}, {name: 'c', image: 'i:1'}]},
    },
    true,
  )
  assert.deepEqual(patch, {
    '$setElementOrder/containers': [{name: 'c'}, {name: 'new'}],
    containers: [{image: 'i:2', name: 'c'}, {name: 'new'}, {$patch: 'delete', name: 'old'}],
  })
})
test('a strategy that changes its type loses what the other one had', () => {
  const patch = mapPatch(
    {
      original: {},
      modified: {strategy: {type: 'Recreate'}},
      live: {strategy: {type: 'RollingUpdate', rollingUpdate: {}}},
    },
    true,
  )
  assert.deepEqual(patch, {strategy: {type: 'Recreate', $retainKeys: ['type']}})
})
test('a merge difference replaces lists as a whole', () => {
  assert.deepEqual(mergeDifference({a: [1], b: 2, c: 3}, {a: [1, 2], b: 2}), {a: [1, 2], c: null})
})
