import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Container, Pod} from '../../src/api/schema/types.gen.ts'
import {type PlanInput, planPod} from '../../src/kubelet/pods/plan.ts'
import type {ObservedContainer, ObservedPod, ThePod} from '../../src/kubelet/pods/types.ts'

const NOW = 1_000_000

const podWith = (spec: Partial<NonNullable<Pod['spec']>> = {}): ThePod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: ''},
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
  reason: '',
  message: '',
  image: 'host',
  imageId: '',
  logPath: '',
  ...more,
})
const ended = (name: string, exitCode: number, more: Partial<ObservedContainer> = {}): ObservedContainer =>
  ran(name, {state: 'exited', exitCode, ...more})

const sandbox = {id: 's', ready: true, ips: ['10.0.0.2'], attempt: 0, createdAtMs: NOW - 6000}
const there = (...containers: ObservedContainer[]): ObservedPod => ({sandboxes: [sandbox], containers})

const plan = (pod: ThePod, observed: ObservedPod, more: Partial<PlanInput> = {}) =>
  planPod({
    pod,
    observed,
    nowMs: NOW,
    readiness: () => ({started: true, ready: true}),
    restarts: new Map(),
    unhealthy: new Map(),
    ...more,
  })

const starts = (pod: ThePod, observed: ObservedPod, more: Partial<PlanInput> = {}): string[] =>
  plan(pod, observed, more).start.map(({container, kind, restartCount}) => `${kind} ${container.name} ${restartCount}`)

const init = (name: string, more: Partial<Container> = {}): Container => ({name, image: 'host', ...more})

test('a new pod gets a sandbox and its containers', () => {
  const {createSandbox, sandboxAttempt} = plan(podWith(), {sandboxes: [], containers: []})
  assert.deepEqual([createSandbox, sandboxAttempt], [true, 0])
  assert.deepEqual(starts(podWith(), {sandboxes: [], containers: []}), ['main main 0'])
})

test('a pod that runs is left alone', () => {
  const {createSandbox, kill, killPod, start} = plan(podWith(), there(ran('main')))
  assert.deepEqual({createSandbox, kill, killPod, start}, {createSandbox: false, kill: [], killPod: false, start: []})
})

test('init containers run one after another, and only then the containers', () => {
  const pod = podWith({initContainers: [init('one'), init('two')]})
  assert.deepEqual(starts(pod, there()), ['init one 0'])
  assert.deepEqual(starts(pod, there(ran('one'))), [])
  assert.deepEqual(starts(pod, there(ended('one', 0))), ['init two 0'])
  assert.deepEqual(starts(pod, there(ended('two', 0), ended('one', 0))), ['main main 0'])
})

test('an init container that fails is tried again, unless the pod never restarts', () => {
  const always = podWith({initContainers: [init('one')]})
  assert.deepEqual(starts(always, there(ended('one', 1))), ['init one 1'])
  const never = podWith({initContainers: [init('one')], restartPolicy: 'Never'})
  assert.equal(plan(never, there(ended('one', 1))).killPod, true)
})

test('a sidecar lets the next one start once it has started itself, and is kept up', () => {
  const pod = podWith({initContainers: [init('side', {restartPolicy: 'Always'}), init('one')]})
  assert.deepEqual(starts(pod, there()), ['sidecar side 0'])
  assert.deepEqual(starts(pod, there(ran('side')), {readiness: () => ({started: false, ready: false})}), [])
  assert.deepEqual(starts(pod, there(ran('side'))), ['init one 0'])
  assert.deepEqual(starts(pod, there(ran('main'), ended('one', 0), ended('side', 1))), ['sidecar side 1'])
})

test('a container that ended is started by its policy', () => {
  const cases = [
    ['Always', 0, ['main main 1']],
    ['Always', 1, ['main main 1']],
    ['OnFailure', 0, []],
    ['OnFailure', 1, ['main main 1']],
    ['Never', 1, []],
  ] as const
  for (const [restartPolicy, code, expected] of cases)
    assert.deepEqual(starts(podWith({restartPolicy}), there(ended('main', code))), expected, `${restartPolicy} ${code}`)
})

test('restart rules of a container win over the policy of the pod', () => {
  const rules = [{action: 'Restart', exitCodes: {operator: 'In', values: [42]}}]
  const pod = podWith({
    restartPolicy: 'Never',
    containers: [{name: 'main', image: 'host', restartPolicy: 'Never', restartPolicyRules: rules}],
  })
  assert.deepEqual(starts(pod, there(ended('main', 42))), ['main main 1'])
  assert.deepEqual(starts(pod, there(ended('main', 41))), [])
})

test('restarts come later and later', () => {
  const crashed = there(ended('main', 1, {restartCount: 3}))
  const {backOff, start, wakeAtMs} = plan(podWith(), crashed, {restarts: new Map([['main', 2]])})
  assert.deepEqual([start, backOff, wakeAtMs], [[], [{name: 'main', delayMs: 20_000}], NOW - 1000 + 20_000])
})

test('a container that ran for long is restarted at once again', () => {
  const old = there(ended('main', 1, {restartCount: 3, startedAtMs: NOW - 700_000}))
  assert.deepEqual(starts(podWith(), old, {restarts: new Map([['main', 3]])}), ['main main 4'])
})

test('a lost sandbox is made anew, and init containers run again in it', () => {
  const pod = podWith({initContainers: [init('one')]})
  const lost: ObservedPod = {
    sandboxes: [{...sandbox, ready: false}],
    containers: [ended('main', 255), ended('one', 0)],
  }
  const {createSandbox, sandboxAttempt} = plan(pod, lost)
  assert.deepEqual([createSandbox, sandboxAttempt], [true, 1])
  assert.deepEqual(starts(pod, lost), ['init one 1'])
})

test('a pod whose containers are done for good needs no sandbox', () => {
  const done: ObservedPod = {sandboxes: [{...sandbox, ready: false}], containers: [ended('main', 0)]}
  const {createSandbox, killPod, start} = plan(podWith({restartPolicy: 'Never'}), done)
  assert.deepEqual([createSandbox, killPod, start], [false, false, []])
})

test('an unhealthy container is ended', () => {
  const {kill} = plan(podWith(), there(ran('main')), {unhealthy: new Map([['main-0', 'liveness']])})
  assert.deepEqual(
    kill.map(({message}) => message),
    ['Container main failed liveness probe, will be restarted'],
  )
})

test('an ephemeral container is started once', () => {
  const pod = podWith({ephemeralContainers: [{name: 'debug', image: 'host'}]})
  assert.deepEqual(starts(pod, there(ran('main'))), ['ephemeral debug 0'])
  assert.deepEqual(starts(pod, there(ended('debug', 0), ran('main'))), [])
})

const startsOver = podWith({
  restartPolicy: 'Never',
  initContainers: [init('setup')],
  containers: [
    {
      name: 'main',
      image: 'host',
      restartPolicy: 'Never',
      restartPolicyRules: [{action: 'RestartAllContainers', exitCodes: {operator: 'In', values: [42]}}],
    },
    {name: 'side', image: 'host'},
  ],
})
const before = {createdAtMs: NOW - 9000, finishedAtMs: NOW - 8000}

test('by a rule all containers end and start over from the first init container, counting on', () => {
  const cause = ended('main', 42, {createdAtMs: NOW - 5000, finishedAtMs: NOW - 1000})
  const first = plan(startsOver, there(cause, ran('side'), ended('setup', 0, before)))
  assert.deepEqual([first.kill.map(({container}) => container.name), first.start, first.killPod], [['side'], [], false])
  const stopped = there(cause, ended('side', 137, {createdAtMs: NOW - 5000}), ended('setup', 0, before))
  assert.deepEqual(starts(startsOver, stopped), ['init setup 1'])
  const again = ended('setup', 0, {restartCount: 1, createdAtMs: NOW - 500, finishedAtMs: NOW - 400})
  assert.deepEqual(starts(startsOver, there(again, ...stopped.containers)), ['main main 1', 'main side 1'])
})

test('with another exit code the rule does not apply', () => {
  const over = there(ended('main', 1), ended('side', 0), ended('setup', 0, before))
  assert.deepEqual([plan(startsOver, over).start, plan(startsOver, over).killPod], [[], true])
})

test('the longest wait between runs can be shorter', () => {
  const crashed = there(ended('main', 1, {finishedAtMs: NOW}))
  const {backOff} = plan(podWith(), crashed, {restarts: new Map([['main', 4]]), longestBackOffMs: 3000})
  assert.deepEqual(backOff, [{name: 'main', delayMs: 3000}])
})
