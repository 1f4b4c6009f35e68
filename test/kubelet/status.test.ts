import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import type {ObservedContainer, ThePod} from '../../src/kubelet/pods/types.ts'
import {podStatus, type StatusInput} from '../../src/kubelet/status/pod-status.ts'

const NOW = Date.UTC(2026, 0, 1, 12)
const podWith = (spec: Partial<NonNullable<Pod['spec']>>): ThePod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation: 3},
    spec: {containers: [{name: 'main', image: 'host'}], restartPolicy: 'Always', ...spec},
  }) as ThePod
const ran = (name: string, more: Partial<ObservedContainer> = {}): ObservedContainer => ({
  id: `${name}-0`,
  sandboxId: 's',
  name,
  restartCount: 0,
  hash: '',
  state: 'running',
  createdAtMs: NOW - 5000,
  startedAtMs: NOW - 5000,
  finishedAtMs: NOW - 1000,
  exitCode: 0,
  reason: 'Completed',
  message: '',
  image: 'host',
  imageId: 'sha256:1',
  logPath: '',
  ...more,
})
const sandbox = {id: 's', ready: true, ip: '10.0.0.2', ips: ['10.0.0.2'], attempt: 0, createdAtMs: NOW - 6000}

const statusOf = (pod: ThePod, containers: readonly ObservedContainer[], more: Partial<StatusInput> = {}) =>
  podStatus({
    pod,
    observed: {sandboxes: [sandbox], containers},
    before: {},
    waiting: new Map(),
    failed: undefined,
    ended: false,
    nowMs: NOW,
    startedAtMs: NOW - 6000,
    hostIps: ['192.0.2.1'],
    runtimeName: 'mini-cri',
    readiness: () => ({started: true, ready: true}),
    terminationMessage: () => '',
    ...more,
  } as StatusInput)

const conditionsOf = (status: ReturnType<typeof statusOf>): string[] =>
  (status.conditions ?? []).map(
    ({message, reason, status: is, type}) =>
      `${type}=${is}${reason ? ` ${reason}` : ''}${message ? `: ${message}` : ''}`,
  )

test('a pod that runs is ready in all its conditions, each of this generation', () => {
  const status = statusOf(podWith({}), [ran('main')])
  assert.equal(status.phase, 'Running')
  assert.deepEqual(conditionsOf(status), [
    'PodReadyToStartContainers=True',
    'Initialized=True',
    'Ready=True',
    'ContainersReady=True',
    'PodScheduled=True',
  ])
  assert.ok(status.conditions?.every(({observedGeneration}) => observedGeneration === 3))
})

test('containers come by their names, init containers in their order, and those of debuggers are never ready', () => {
  const pod = podWith({
    initContainers: [
      {name: 'z', image: 'host'},
      {name: 'a', image: 'host'},
    ],
    containers: [
      {name: 'web', image: 'host'},
      {name: 'app', image: 'host'},
    ],
    ephemeralContainers: [{name: 'debugger', image: 'host'}],
  })
  const done = {state: 'exited'} as const
  const status = statusOf(pod, [ran('web'), ran('app'), ran('z', done), ran('a', done), ran('debugger')])
  const names = (list: readonly {name: string}[] = []): string[] => list.map(({name}) => name)
  assert.deepEqual(names(status.containerStatuses), ['app', 'web'])
  assert.deepEqual(names(status.initContainerStatuses), ['z', 'a'])
  const [debug] = status.ephemeralContainerStatuses ?? []
  assert.deepEqual([debug?.ready, debug && 'started' in debug], [false, false])
})

test('a container that is not ready is named in the conditions', () => {
  const status = statusOf(podWith({}), [ran('main')], {readiness: () => ({started: true, ready: false})})
  assert.deepEqual(conditionsOf(status).slice(2, 4), [
    'Ready=False ContainersNotReady: containers with unready status: [main]',
    'ContainersReady=False ContainersNotReady: containers with unready status: [main]',
  ])
})

test('an evicted pod says why, also as a disruption', () => {
  const verdict = {
    reason: 'Evicted',
    message: 'too much',
    disruption: {reason: 'TerminationByKubelet', message: 'too much'},
  }
  const status = statusOf(podWith({}), [ran('main', {state: 'exited', exitCode: 137})], {failed: verdict, ended: true})
  assert.deepEqual([status.phase, status.reason, status.message], ['Failed', 'Evicted', 'too much'])
  assert.ok(conditionsOf(status).includes('DisruptionTarget=True TerminationByKubelet: too much'))
})

test('a pod that was refused has nothing but the reason', () => {
  const status = statusOf(podWith({}), [], {
    failed: {reason: 'OutOfcpu', message: 'Pod was rejected: x', rejected: true},
  })
  assert.deepEqual(Object.keys(status).sort(), [
    'conditions',
    'message',
    'observedGeneration',
    'phase',
    'qosClass',
    'reason',
    'startTime',
  ])
})

test('resources on their way are a condition, and until they are there the old ones are shown', () => {
  const resources = {requests: {cpu: '2'}}
  const before = {
    containerStatuses: [{name: 'main', resources: {requests: {cpu: '1'}}}],
  } as unknown as StatusInput['before']
  const status = statusOf(podWith({containers: [{name: 'main', image: 'host', resources}]}), [ran('main')], {
    before,
    hasPromised: () => false,
    resize: {pending: undefined, inProgress: {generation: 3, error: undefined}},
  })
  assert.ok(conditionsOf(status).includes('PodResizeInProgress=True'))
  assert.deepEqual(status.containerStatuses?.[0]?.resources, {requests: {cpu: '1'}})
  assert.deepEqual(status.containerStatuses?.[0]?.allocatedResources, {cpu: '2'})
})
