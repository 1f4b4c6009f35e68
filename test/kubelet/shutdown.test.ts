import assert from 'node:assert/strict'
import {test} from 'node:test'
import {defaultKubeletConfig} from '../../src/kubelet/config.ts'
import type {ThePod} from '../../src/kubelet/pods/types.ts'
import {shutdownGroups, tellsPods} from '../../src/kubelet/shutdown/plan.ts'

const pod = (name: string, priority: number): ThePod =>
  ({metadata: {name, uid: name, resourceVersion: '1', creationTimestamp: ''}, spec: {priority}}) as ThePod
const pods = [pod('critical', 2_000_001_000), pod('web', 0), pod('batch', -10), pod('important', 1000)]
const groups = (settings: Partial<typeof defaultKubeletConfig>) =>
  shutdownGroups(pods, {...defaultKubeletConfig, ...settings}).map(({graceSeconds, pods: these}) => [
    graceSeconds,
    these.map(({metadata}) => metadata.name),
  ])

test('critical pods end last, and have their own part of the time', () => {
  assert.deepEqual(groups({shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '10s'}), [
    [20, ['web', 'batch', 'important']],
    [10, ['critical']],
  ])
})

test('with a time for each priority a pod belongs to the highest it reaches', () => {
  const shutdownGracePeriodByPodPriority = [
    {priority: 1000, shutdownGracePeriodSeconds: 7},
    {priority: 0, shutdownGracePeriodSeconds: 5},
  ]
  assert.deepEqual(groups({shutdownGracePeriodByPodPriority}), [
    [5, ['web', 'batch']],
    [7, ['critical', 'important']],
  ])
})

test('a node that says nothing of shutdowns lets pods end and come back', () => {
  assert.equal(tellsPods(defaultKubeletConfig), false)
  assert.equal(tellsPods({...defaultKubeletConfig, shutdownGracePeriod: '1s'}), true)
  assert.deepEqual(groups({}), [
    [10, ['web', 'batch', 'important']],
    [10, ['critical']],
  ])
})
