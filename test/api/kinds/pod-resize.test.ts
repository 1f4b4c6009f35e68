// The resize subresource: one change, and what the server says.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FieldErrors} from '../../../src/api/field-errors.ts'
import {prepareResize, validatePodResize} from '../../../src/api/kinds/core/pod-resize.ts'
import type {Container, Pod} from '../../../src/api/schema/types.gen.ts'

const podWith = (resources: Container['resources'], more: Partial<Container> = {}, spec: object = {}): Pod => ({
  metadata: {name: 'web', resourceVersion: '1'},
  spec: {containers: [{name: 'c', image: 'app:1', ...more, ...(resources ? {resources} : {})}], ...spec},
  status: {qosClass: 'Burstable', containerStatuses: []},
})
const before = podWith({requests: {cpu: '100m', memory: '64Mi'}, limits: {cpu: '200m', memory: '128Mi'}})

const resize = (pod: Pod, old = before): {pod: Pod; says: string[]} => {
  const changed = structuredClone(pod)
  prepareResize(changed, structuredClone(old))
  const errors = new FieldErrors()
  validatePodResize(changed, old, errors)
  return {pod: changed, says: errors.list.map(({field, message}) => (field ? `${field}: ${message}` : message))}
}

test('cpu and memory may change, also down', () => {
  const {pod, says} = resize(podWith({requests: {cpu: '50m', memory: '32Mi'}, limits: {cpu: '1', memory: '100Mi'}}))
  assert.deepEqual(says, [])
  assert.equal(pod.spec?.containers[0]?.resources?.limits?.cpu, '1')
})

test('anything else in the body is left as it was', () => {
  const {pod, says} = resize(podWith(before.spec?.containers[0]?.resources, {image: 'other'}, {nodeName: 'x'}))
  assert.deepEqual([says, pod.spec?.containers[0]?.image, pod.spec?.nodeName], [[], 'app:1', undefined])
})

const requests = {cpu: '100m', memory: '64Mi'}
const limits = {cpu: '200m', memory: '128Mi'}
const cases: readonly {name: string; pod: Pod; old?: Pod; says: readonly string[]}[] = [
  {
    name: 'another class of service',
    pod: podWith({requests: limits, limits}),
    says: ['spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'],
  },
  {
    name: 'a limit taken away',
    pod: podWith({requests, limits: {cpu: '200m'}}),
    says: ['spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed'],
  },
  {
    name: 'a request taken away',
    pod: podWith({requests: {cpu: '100m'}, limits}),
    says: ['spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
  },
  {
    name: 'another resource',
    pod: podWith({requests: {...requests, 'ephemeral-storage': '1Gi'}, limits}),
    says: ['spec: Forbidden: only cpu and memory resources are mutable'],
  },
  {
    name: 'one container more',
    pod: podWith({requests, limits}, {}, {containers: [...(before.spec?.containers ?? []), {name: 'd', image: 'i'}]}),
    says: ['spec.containers: Forbidden: containers may not be added or removed on resize'],
  },
  {
    name: 'a mirror of a static pod',
    pod: before,
    old: {...before, metadata: {name: 'web', annotations: {'kubernetes.io/config.mirror': 'x'}}},
    says: ['Forbidden: static pods cannot be resized'],
  },
  {
    name: 'a node that does not tell what containers have',
    pod: before,
    old: {
      ...before,
      status: {...before.status, containerStatuses: [{name: 'c', state: {running: {}}} as never]},
    },
    says: ['spec: Forbidden: Pod running on node without support for resize'],
  },
]
for (const {name, old, pod, says} of cases)
  test(`refused: ${name}`, () => assert.deepEqual(resize(pod, old).says, says))
