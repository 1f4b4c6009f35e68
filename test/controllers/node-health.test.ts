import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Node} from '../../src/api/schema/types.gen.ts'
import {silentConditions, taintsOf} from '../../src/controllers/nodes/health.ts'
import {freeRange} from '../../src/controllers/nodes/ipam.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const node = (ready: string | undefined, spec: Node['spec'] = {}): Node => ({
  metadata: {name: 'n', creationTimestamp: '2025-01-01T00:00:00Z'},
  spec,
  status: {conditions: ready === undefined ? [] : [{type: 'Ready', status: ready}]},
})
const taints = (of: Node, evicts = true): string[] | undefined =>
  taintsOf(of, {nowMs: NOW, evicts})?.map(({key, effect}) => `${key?.replace('node.kubernetes.io/', '')}:${effect}`)

test('a silent kubelet makes every condition Unknown, and says whether it ever spoke', () => {
  const conditions = silentConditions(node('True'), NOW)
  assert.deepEqual(
    conditions?.map(({type, status, reason}) => `${type} ${status} ${reason}`),
    [
      'Ready Unknown NodeStatusUnknown',
      'MemoryPressure Unknown NodeStatusNeverUpdated',
      'DiskPressure Unknown NodeStatusNeverUpdated',
      'PIDPressure Unknown NodeStatusNeverUpdated',
    ],
  )
  assert.equal(silentConditions({...node('True'), status: {conditions: conditions ?? []}}, NOW), undefined)
})

test('conditions and cordoning become taints, and taints of others stay', () => {
  const foreign = {key: 'mine', effect: 'NoSchedule'}
  assert.equal(taints(node('True')), undefined)
  const cordoned = node('True', {unschedulable: true, taints: [foreign]})
  assert.deepEqual(taints(cordoned), ['mine:NoSchedule', 'unschedulable:NoSchedule'])
  assert.deepEqual(taints(node('False')), ['not-ready:NoSchedule', 'not-ready:NoExecute'])
  assert.deepEqual(taints(node('Unknown')), ['unreachable:NoSchedule', 'unreachable:NoExecute'])
  assert.deepEqual(taints(node('Unknown'), false), ['unreachable:NoSchedule'])
  const stale = {key: 'node.kubernetes.io/not-ready', effect: 'NoExecute'}
  assert.deepEqual(taints(node('True', {taints: [stale, foreign]})), ['mine:NoSchedule'])
})

test('pod ranges are handed out one after the other until there are none', () => {
  assert.equal(freeRange('10.244.0.0/16', new Set()), '10.244.0.0/24')
  assert.equal(freeRange('10.244.0.0/16', new Set(['10.244.0.0/24', '10.244.1.0/24'])), '10.244.2.0/24')
  assert.equal(freeRange('10.244.0.0/24', new Set(['10.244.0.0/24'])), undefined)
})
