import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Schema} from '../../../src/api/schema/contract.ts'
import {applyDefaults} from '../../../src/api/schema/defaults.ts'
import {definition} from '../../../src/api/schema/definitions.ts'
import {prune} from '../../../src/api/schema/prune.ts'

test('a built-in type takes the defaults its schema states, deep inside', () => {
  const pod = {spec: {containers: [{name: 'c', ports: [{containerPort: 80}], resources: {limits: {cpu: '100u'}}}]}}
  applyDefaults(pod, definition('io.k8s.api.core.v1.Pod'))
  assert.deepEqual(pod.spec.containers[0]?.ports, [{containerPort: 80, protocol: 'TCP'}])
  assert.deepEqual(pod.spec.containers[0]?.resources, {limits: {cpu: '1m'}})
})

const custom: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      default: {size: 1},
      properties: {
        size: {type: 'integer'},
        color: {type: 'string', default: 'red'},
        parts: {type: 'array', items: {type: 'object', properties: {n: {type: 'integer', default: 7}}}},
        free: {type: 'object', preserveUnknown: true},
        template: {type: 'object', embeddedResource: true, properties: {}},
      },
    },
  },
}

test('a default that is an object is completed by the defaults inside it', () => {
  const object = {}
  applyDefaults(object, custom)
  assert.deepEqual(object, {spec: {size: 1, color: 'red'}})
})

test('lists of objects take defaults item by item', () => {
  const object = {spec: {parts: [{}, {n: 1}]}}
  applyDefaults(object, custom)
  assert.deepEqual(object.spec.parts, [{n: 7}, {n: 1}])
})

test('pruning removes what the schema does not know and says where it was', () => {
  const object = {
    apiVersion: 'x/v1',
    kind: 'X',
    metadata: {name: 'x', odd: 1},
    other: 1,
    spec: {
      size: 1,
      bad: 1,
      parts: [{n: 1, m: 2}],
      free: {any: {thing: 1}},
      template: {kind: 'Y', metadata: {}, bad: 1},
    },
  }
  assert.deepEqual(prune(object, custom), ['other', 'spec.bad', 'spec.parts[0].m', 'spec.template.bad'])
  assert.deepEqual(object.spec, {
    size: 1,
    parts: [{n: 1}],
    free: {any: {thing: 1}},
    template: {kind: 'Y', metadata: {}},
  })
})
