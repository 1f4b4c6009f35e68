import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Pod, PodSpec} from '../../src/api/schema/types.gen.ts'
import type {Cached} from '../../src/reconcile/contract.ts'
import {behaviourOf} from '../../src/simulate/behaviour.ts'
import {podMoment} from '../../src/simulate/pod-status.ts'

const ACCEPTED = Date.parse('2026-01-01T00:00:00Z')

const podOf = (spec: Partial<PodSpec>, annotations: Record<string, string> = {}): Cached<Pod> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'default',
    uid: 'u1',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    generation: 1,
    annotations,
  },
  spec: {nodeName: 'node-1', containers: [{name: 'c', image: 'app:1'}], ...spec},
})

const momentOf = (pod: Cached<Pod>, afterMs = 0, chance = 0.5) => {
  const behaviour = behaviourOf(pod, undefined)
  return podMoment(
    pod,
    {
      acceptedAtMs: ACCEPTED,
      startedAtMs: ACCEPTED + behaviour.startDelayMs,
      chance,
      podIPs: ['10.244.0.2'],
      hostIP: '10.0.0.11',
      behaviour,
    },
    ACCEPTED + afterMs,
  )
}

const ready = (pod: Cached<Pod>, afterMs = 0): string | undefined =>
  momentOf(pod, afterMs).status.conditions?.find(({type}) => type === 'Ready')?.status

const container = (command: string[], image = 'app:1') => [{name: 'c', image, command}]

test('a bound pod is Running and Ready at once, its init containers completed', () => {
  const pod = podOf({initContainers: [{name: 'i', image: 'init:1'}]})
  const {status, nextAtMs} = momentOf(pod)
  assert.equal(status.phase, 'Running')
  assert.equal(ready(pod), 'True')
  assert.equal(status.initContainerStatuses?.[0]?.state?.terminated?.reason, 'Completed')
  assert.equal(status.containerStatuses?.[0]?.ready, true)
  assert.equal(nextAtMs, undefined)
})

const phases: readonly (readonly [string, Partial<PodSpec>, number, string])[] = [
  ['true under Never succeeds', {restartPolicy: 'Never', containers: container(['true'])}, 0, 'Succeeded'],
  ['false under Never fails', {restartPolicy: 'Never', containers: container(['false'])}, 0, 'Failed'],
  ['exit 3 under Never fails', {restartPolicy: 'Never', containers: container(['sh', '-c', 'exit 3'])}, 0, 'Failed'],
  ['true under OnFailure succeeds', {restartPolicy: 'OnFailure', containers: container(['true'])}, 0, 'Succeeded'],
  ['false under OnFailure runs on', {restartPolicy: 'OnFailure', containers: container(['false'])}, 0, 'Running'],
  ['sleep 5 runs before', {restartPolicy: 'Never', containers: container(['sleep', '5'])}, 4000, 'Running'],
  ['sleep 5 ends after', {restartPolicy: 'Never', containers: container(['sleep', '5'])}, 5000, 'Succeeded'],
  ['a broken image stays Pending', {containers: [{name: 'c', image: 'app:broken'}]}, 0, 'Pending'],
]
for (const [name, spec, afterMs, phase] of phases)
  test(`phase: ${name}`, () => assert.equal(momentOf(podOf(spec), afterMs).status.phase, phase))

test('a container that ends although it should restart is shown in CrashLoopBackOff with one restart', () => {
  const status = momentOf(podOf({containers: container(['false'])})).status.containerStatuses?.[0]
  assert.equal(status?.state?.waiting?.reason, 'CrashLoopBackOff')
  assert.equal(status?.restartCount, 1)
  assert.equal(status?.lastState?.terminated?.exitCode, 1)
})

test('an unready image runs but is not ready, and the pod says which container', () => {
  const {status} = momentOf(podOf({containers: [{name: 'c', image: 'app:unready'}]}))
  const condition = status.conditions?.find(({type}) => type === 'Ready')
  assert.equal(status.phase, 'Running')
  assert.equal(condition?.status, 'False')
  assert.equal(condition?.message, 'containers with unready status: [c]')
})

test('a delayed start is ContainerCreating, then Running, then Ready after the ready delay', () => {
  const pod = podOf({}, {'simulate.mini.dev/start-delay': '2s', 'simulate.mini.dev/ready-delay': '1s'})
  assert.equal(momentOf(pod).status.containerStatuses?.[0]?.state?.waiting?.reason, 'ContainerCreating')
  assert.equal(momentOf(pod).nextAtMs, ACCEPTED + 2000)
  assert.equal(momentOf(pod, 2000).status.phase, 'Running')
  assert.equal(ready(pod, 2000), 'False')
  assert.equal(ready(pod, 3000), 'True')
})

test('a crash loop restarts again and again, later and later', () => {
  const pod = podOf({}, {'simulate.mini.dev/crash-loop': 'true', 'simulate.mini.dev/run-for': '1s'})
  const at = (ms: number) => momentOf(pod, ms).status.containerStatuses?.[0]
  assert.equal(at(0)?.ready, true)
  assert.equal(at(1000)?.state?.waiting?.reason, 'CrashLoopBackOff')
  assert.ok(at(11_000)?.state?.running)
  assert.equal(at(11_000)?.restartCount, 1)
  assert.ok(at(12_000)?.state?.waiting)
  assert.ok(at(32_000)?.state?.running)
  assert.equal(at(32_000)?.restartCount, 2)
})

test('a failure rate fails the pods whose lot is below it', () => {
  const pod = podOf(
    {restartPolicy: 'Never', containers: container(['true'])},
    {'simulate.mini.dev/failure-rate': '0.3'},
  )
  assert.equal(momentOf(pod, 0, 0.2).status.phase, 'Failed')
  assert.equal(momentOf(pod, 0, 0.4).status.phase, 'Succeeded')
})
