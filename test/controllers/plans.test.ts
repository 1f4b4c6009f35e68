// The arithmetic of controllers, without a cluster.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {CronJob, Deployment, Pod, ReplicaSet, V2HorizontalPodAutoscaler} from '../../src/api/schema/types.gen.ts'
import {decide} from '../../src/controllers/cron-job/plan.ts'
import {lastDue, parseSchedule} from '../../src/controllers/cron-job/schedule.ts'
import {planOldSets, planScale} from '../../src/controllers/deployment/plan.ts'
import {limit, noMemory} from '../../src/controllers/horizontal-pod-autoscaler/behaviour.ts'
import {groupPods, proposeForPods} from '../../src/controllers/horizontal-pod-autoscaler/replicas.ts'
import {formatIndexes, parseIndexes} from '../../src/controllers/job/indexes.ts'
import type {Cached} from '../../src/reconcile/contract.ts'

const deployment = (replicas: number, surge: number, unavailable: number): Cached<Deployment> =>
  ({
    metadata: {name: 'd', uid: 'd'},
    spec: {replicas, strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: surge, maxUnavailable: unavailable}}},
  }) as unknown as Cached<Deployment>

const set = (name: string, replicas: number, available: number, max: number): Cached<ReplicaSet> =>
  ({
    metadata: {
      name,
      uid: name,
      creationTimestamp: `2026-01-01T00:00:0${name.length}Z`,
      annotations: {'deployment.kubernetes.io/max-replicas': String(max)},
    },
    spec: {replicas},
    status: {replicas, availableReplicas: available},
  }) as unknown as Cached<ReplicaSet>

const sizes = (resizes: readonly {set: Cached<ReplicaSet>; to: number}[]) =>
  Object.fromEntries(resizes.map(({set: {metadata}, to}) => [metadata.name, to]))

test('scaling amid a rollout shares the new replicas in proportion', () => {
  // 10 + 3 pods were allowed: 8 old, 5 new. At 30 + 3 there are 20 more to give.
  const resized = planScale(deployment(30, 3, 2), set('new', 5, 5, 13), [set('o', 8, 8, 13)])
  assert.deepEqual(sizes(resized), {o: 20, new: 13})
})

test('a rollout first removes old pods that are not available, then as many as may be missing', () => {
  const olds = [set('a', 4, 1, 5), set('bb', 4, 4, 5)]
  assert.deepEqual(sizes(planOldSets(deployment(8, 1, 2), set('new', 1, 1, 9), olds)), {a: 1})
  assert.deepEqual(sizes(planOldSets(deployment(4, 1, 1), set('new', 1, 1, 5), [set('a', 4, 4, 5)])), {a: 2})
  assert.deepEqual(sizes(planOldSets(deployment(4, 1, 0), set('new', 1, 0, 5), [set('a', 4, 4, 5)])), {})
})

test('indexes are written as ranges from three on', () => {
  assert.equal(formatIndexes(new Set([0, 1, 3, 4, 5, 9])), '0,1,3-5,9')
  assert.deepEqual([...parseIndexes('0,1,3-5,9')], [0, 1, 3, 4, 5, 9])
  assert.deepEqual([...parseIndexes('2-7', 4)], [2, 3])
})

test('a schedule is read in its time zone, across the change to summer time', () => {
  const schedule = parseSchedule('30 9 * * *', 'Europe/Paris')
  const at = (text: string | number) => new Date(schedule.next(new Date(text).getTime()) ?? 0).toISOString()
  assert.equal(at('2026-03-28T00:00:00Z'), '2026-03-28T08:30:00.000Z')
  assert.equal(at('2026-03-29T00:00:00Z'), '2026-03-29T07:30:00.000Z')
  assert.equal(parseSchedule('@every 90s', undefined).next(1_000_500), 1_090_000)
  assert.throws(() => parseSchedule('nonsense', undefined))
})

test('of many missed times only the last is due, and a deadline makes it too late', () => {
  const hourly = parseSchedule('0 * * * *', undefined)
  const from = Date.UTC(2026, 0, 1)
  assert.deepEqual(lastDue(hourly, from, from + 200.5 * 3_600_000), {dueMs: from + 200 * 3_600_000, tooMany: true})
  const owner = (startingDeadlineSeconds?: number) =>
    ({
      metadata: {name: 'c', creationTimestamp: new Date(from).toISOString()},
      spec: {schedule: '0 * * * *', ...(startingDeadlineSeconds === undefined ? {} : {startingDeadlineSeconds})},
    }) as unknown as Cached<CronJob>
  const now = from + 3_600_000 + 120_000
  assert.equal(decide(owner(), hourly, [], now).kind, 'start')
  assert.equal(decide(owner(60), hourly, [], now).kind, 'wait')
  assert.equal(
    decide({...owner(), spec: {...owner().spec, concurrencyPolicy: 'Forbid'}} as never, hourly, ['x'], now).kind,
    'forbidden',
  )
})

const pod = (name: string, isReady = true): Cached<Pod> =>
  ({
    metadata: {name},
    status: {
      phase: 'Running',
      startTime: '2026-01-01T00:00:00Z',
      conditions: [{type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z'}],
    },
  }) as unknown as Cached<Pod>

const nowMs = Date.UTC(2026, 0, 2)
const metric = (value: number) => ({value, atMs: nowMs, windowMs: 60_000})

test('an autoscaler grows by the ratio of usage to target, and not for a tenth more or less', () => {
  const proposal = (usage: number, missing = 0) => {
    const pods = Array.from({length: 4}, (_, at) => pod(`p${at}`))
    const metrics = new Map(pods.slice(missing).map(({metadata}) => [metadata.name, metric(usage)]))
    return proposeForPods({
      current: 4,
      metrics,
      groups: groupPods(pods, metrics, {isCpu: true, nowMs}),
      usageOf: (all) => {
        const average = [...all.values()].reduce((sum, {value}) => sum + value, 0) / all.size
        return {ratio: average / 100, current: average, average}
      },
      assumed: () => 100,
      tolerances: {up: 0.1, down: 0.1},
    }).replicas
  }
  assert.deepEqual([proposal(150), proposal(109), proposal(50), proposal(150, 1), proposal(50, 1)], [6, 4, 2, 5, 3])
})

test('an autoscaler at most doubles at once, and shrinks to the highest recent recommendation', () => {
  const autoscaler = {spec: {}} as unknown as Cached<V2HorizontalPodAutoscaler>
  const memory = noMemory()
  const ask = (current: number, desired: number, atMs: number) =>
    limit(autoscaler, {current, desired, min: 1, max: 100, nowMs: atMs}, memory)
  const up = ask(5, 50, nowMs)
  assert.deepEqual([up.replicas, up.conditions[1]?.reason], [10, 'ScaleUpLimit'])
  const held = ask(10, 2, nowMs + 60_000)
  assert.deepEqual([held.replicas, held.conditions[0]?.reason], [10, 'ScaleDownStabilized'])
  assert.equal(ask(10, 2, nowMs + 400_000).replicas, 2)
})
