import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {defaultKubeletConfig} from '../../src/kubelet/config.ts'
import {reservedBy} from '../../src/kubelet/node/reserved.ts'
import type {ThePod} from '../../src/kubelet/pods/types.ts'
import {resizeSteps} from '../../src/kubelet/resize/actuate.ts'
import {Allocations} from '../../src/kubelet/resize/allocations.ts'
import {tempFolder} from '../helpers/temp.ts'

const pod = (cpu: string): ThePod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'web', uid: 'u', resourceVersion: '1', creationTimestamp: ''},
    spec: {containers: [{name: 'main', image: 'host', resources: {requests: {cpu}, limits: {cpu}}}]},
  }) as ThePod

test('what a pod was promised holds until it is promised something else, also for the next kubelet', () => {
  using folder = tempFolder()
  const first = new Allocations(folder.path)
  assert.equal(first.has('u'), false)
  first.promise(pod('1'))
  assert.equal(first.isKept(pod('1')), true)
  assert.equal(first.isKept(pod('2')), false)
  const next = new Allocations(folder.path)
  assert.equal(next.view(pod('2')).spec?.containers[0]?.resources?.limits?.cpu, '1')
  next.promise(pod('2'))
  assert.equal(next.view(pod('2')).spec?.containers[0]?.resources?.limits?.cpu, '2')
  writeFileSync(join(folder.path, 'u', 'allocation.json'), '{"half')
  assert.equal(new Allocations(folder.path).has('u'), false)
})

test('only containers whose limits differ are changed, once', () => {
  const limits = {cpuShares: 1024, cpuQuota: 100_000, memoryLimitInBytes: 0}
  const running = {
    id: 'c',
    sandboxId: 's',
    name: 'main',
    restartCount: 0,
    hash: '',
    state: 'running' as const,
    createdAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: '',
    imageId: '',
    logPath: '',
    limits,
  }
  const observed = {sandboxes: [], containers: [running]}
  assert.deepEqual(resizeSteps(pod('1'), observed, new Map(), 1), [])
  const [step] = resizeSteps(pod('2'), observed, new Map(), 1)
  assert.deepEqual([step?.resources.cpuShares, step?.resources.cpuQuota, step?.restarts], [2048, 200_000, false])
  const told = new Map([['c', {cpuShares: 2048, cpuQuota: 200_000, memoryLimitInBytes: 0}]])
  assert.deepEqual(resizeSteps(pod('2'), observed, told, 1), [])
})

test('pods cannot have what is reserved, nor what is below the mark of evictions', () => {
  const kept = reservedBy({
    ...defaultKubeletConfig,
    systemReserved: {cpu: '500m', memory: '1Gi'},
    kubeReserved: {cpu: '100m'},
  })
  assert.equal(kept('cpu', 4), 0.6)
  assert.equal(kept('memory', 8 * 1024 ** 3), 1024 ** 3 + 100 * 1024 ** 2)
  assert.equal(kept('ephemeral-storage', 1000), 100)
})
