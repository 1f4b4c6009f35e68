import assert from 'node:assert/strict'
import {test} from 'node:test'
import {seeded} from '../../src/lib/random.ts'
import {enoughNodes, NodeChooser} from '../../src/scheduler/choose-node.ts'
import type {Cluster} from '../../src/scheduler/cluster.ts'
import {fitMessage} from '../../src/scheduler/diagnosis.ts'
import {plugins} from '../../src/scheduler/index.ts'
import type {PodInfo} from '../../src/scheduler/pod-info.ts'
import {planPreemption} from '../../src/scheduler/preemption.ts'
import {clusterOf, nodeOf, podOf, requesting} from './builders.ts'

const random = seeded(1)
const choose = (pod: PodInfo, cluster: Cluster) => new NodeChooser(plugins, random).choose(pod, cluster)

const explain = (pod: PodInfo, cluster: Cluster): string => {
  const choice = choose(pod, cluster)
  if (choice.kind === 'node') return `fits ${choice.node.name}`
  const outcome = planPreemption(pod, choice.diagnosis, {plugins, cluster, budgets: [], random})
  if (outcome.kind === 'none') return fitMessage(choice.diagnosis, outcome.message)
  return `preempts ${outcome.plan.victims.length} on ${outcome.plan.node.name}`
}

test('the message counts the reasons of all nodes, in alphabetical order, and what preemption had to say', () => {
  const tainted = nodeOf('a', {spec: {taints: [{key: 'k', effect: 'NoSchedule'}]}})
  const cluster = clusterOf([tainted, nodeOf('b'), nodeOf('c')])
  cluster.place(podOf(requesting({cpu: '3'})), 'b')
  cluster.place(podOf(requesting({cpu: '3'})), 'c')
  assert.equal(
    explain(podOf(requesting({cpu: '2'})), cluster),
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. ' +
      'preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, ' +
      '2 No preemption victims found for incoming pod.',
  )
})

test('a plugin that refuses the pod as such is quoted once', () => {
  const pod = podOf({volumes: [{name: 'v', persistentVolumeClaim: {claimName: 'data'}}]})
  assert.equal(
    explain(pod, clusterOf([nodeOf('a'), nodeOf('b')])),
    '0/2 nodes are available: persistentvolumeclaim "data" not found. ' +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  )
})

test('preemptionPolicy Never is said', () => {
  const cluster = clusterOf([nodeOf('a')])
  assert.equal(
    explain(podOf({...requesting({cpu: '9'}), preemptionPolicy: 'Never'}), cluster),
    '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
  )
})

test('preemption takes the fewest and least important pods, spares who may stay, and leaves the picture as it was', () => {
  const cluster = clusterOf([nodeOf('a'), nodeOf('b')])
  cluster.place(podOf({...requesting({cpu: '3'}), priority: 5}), 'a')
  cluster.place(podOf({...requesting({cpu: '2'}), priority: 1}), 'b')
  cluster.place(podOf({...requesting({cpu: '2'}), priority: 2}), 'b')
  assert.equal(explain(podOf({...requesting({cpu: '2'}), priority: 10}), cluster), 'preempts 1 on b')
  assert.equal(cluster.node('b')?.pods.size, 2)
  assert.equal(cluster.node('b')?.requested.milliCpu, 4000)
})

test('pods nominated to a node keep their room', () => {
  const cluster = clusterOf([nodeOf('a')])
  cluster.nominate(podOf({...requesting({cpu: '3'}), priority: 10}), 'a')
  assert.match(explain(podOf(requesting({cpu: '2'})), cluster), /Insufficient cpu/)
  assert.equal(explain(podOf({...requesting({cpu: '2'}), priority: 11}), cluster), 'fits a')
  assert.equal(cluster.node('a')?.pods.size, 0)
})

test('pods of one kind are spread over nodes by default', () => {
  const cluster = clusterOf(['a', 'b', 'c', 'd'].map((name) => nodeOf(name)))
  for (let index = 0; index < 8; index++) {
    const pod = podOf({}, {labels: {app: 'web'}})
    const choice = choose(pod, cluster)
    assert.equal(choice.kind, 'node')
    if (choice.kind === 'node') cluster.place(pod, choice.node.name)
  }
  assert.deepEqual(
    cluster.nodes.map(({pods}) => pods.size),
    [2, 2, 2, 2],
  )
})

test('large clusters are sampled', () => {
  assert.deepEqual([50, 100, 1000, 5000, 10000].map(enoughNodes), [50, 100, 420, 500, 500])
})
