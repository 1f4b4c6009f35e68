import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import type {Cached} from '../../src/reconcile/contract.ts'
import {exitStatus, runCommand} from '../../src/simulate/kubelet/commands.ts'
import {logText} from '../../src/simulate/kubelet/logs.ts'
import {resourceMetrics} from '../../src/simulate/kubelet/stats.ts'

const pod = (annotations: Record<string, string> = {}): Cached<Pod> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations,
  },
  spec: {containers: [{name: 'c', image: 'a', env: [{name: 'COLOR', value: 'red'}]}]},
  status: {
    startTime: '2026-01-01T00:00:00Z',
    containerStatuses: [
      {
        name: 'c',
        image: 'a',
        imageID: '',
        ready: true,
        restartCount: 0,
        state: {running: {startedAt: '2026-01-01T00:00:00Z'}},
      },
    ],
  },
})

const outcomes: readonly (readonly [readonly string[], string, number])[] = [
  [['echo', 'a', 'b'], 'a b\n', 0],
  [['hostname'], 'p\n', 0],
  [['printenv', 'COLOR'], 'red\n', 0],
  [['sh', '-c', "echo 'one two' three"], 'one two three\n', 0],
  [['sh', '-c', 'exit 3'], '', 3],
  [['vim'], '', 127],
]
for (const [command, stdout, exitCode] of outcomes)
  test(`exec of ${command.join(' ')} prints ${JSON.stringify(stdout)} and exits ${exitCode}`, () => {
    const outcome = runCommand(command, {pod: pod(), container: 'c', nowMs: 0})
    assert.deepEqual([outcome.stdout, outcome.exitCode], [stdout, exitCode])
  })

test('the exit code is told as Kubernetes tells it', () => {
  assert.equal(JSON.parse(exitStatus(0)).status, 'Success')
  assert.deepEqual(JSON.parse(exitStatus(3)).details, {causes: [{reason: 'ExitCode', message: '3'}]})
})

test('logs are the lines of the annotation, as many as were asked for', () => {
  const talking = pod({'simulate.mini.dev/logs': 'one\ntwo\nthree'})
  assert.equal(logText(talking, 'c', new URLSearchParams('tailLines=2')), 'two\nthree\n')
  assert.equal(
    logText(talking, 'c', new URLSearchParams('tailLines=1&timestamps=true')),
    '2026-01-01T00:00:00.000000000Z three\n',
  )
})

test('usage follows the annotation and only ever grows', () => {
  const busy = pod({'simulate.mini.dev/cpu': '500m'})
  const started = Date.parse('2026-01-01T00:00:00Z')
  const at = (nowMs: number): number => {
    const text = resourceMetrics({pods: [busy], sinceMs: started, nowMs})
    return Number(/container_cpu_usage_seconds_total\{[^}]*\} (\S+)/.exec(text)?.[1])
  }
  const seconds = at(started + 10_000)
  assert.ok(seconds > 4 && seconds < 6, String(seconds))
  assert.ok(at(started + 20_000) > seconds)
})
