// What each plugin says about a node: a pod, a cluster, the reason (or none).
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Cluster} from '../../src/scheduler/cluster.ts'
import {isRejection, type Plugin} from '../../src/scheduler/framework.ts'
import {interPodAffinity} from '../../src/scheduler/plugins/inter-pod-affinity.ts'
import {nodeAffinity} from '../../src/scheduler/plugins/node-affinity.ts'
import {nodeName} from '../../src/scheduler/plugins/node-name.ts'
import {nodePorts} from '../../src/scheduler/plugins/node-ports.ts'
import {nodeResourcesFit} from '../../src/scheduler/plugins/node-resources-fit.ts'
import {nodeUnschedulable} from '../../src/scheduler/plugins/node-unschedulable.ts'
import {podTopologySpread} from '../../src/scheduler/plugins/pod-topology-spread.ts'
import {taintToleration} from '../../src/scheduler/plugins/taint-toleration.ts'
import {volumeBinding} from '../../src/scheduler/plugins/volume-binding.ts'
import {volumeRestrictions} from '../../src/scheduler/plugins/volume-restrictions.ts'
import {volumeZone} from '../../src/scheduler/plugins/volume-zone.ts'
import type {PodInfo} from '../../src/scheduler/pod-info.ts'
import {clusterOf, nodeOf, podOf, requesting} from './builders.ts'

const verdict = (plugin: Plugin, pod: PodInfo, cluster: Cluster, node = 'n'): string => {
  const run = plugin.filter?.(pod, cluster)
  if (!run) return 'fits'
  const info = cluster.node(node)
  const rejected = isRejection(run) ? run : info && run.check(info)
  return rejected ? `${rejected.reasons.join(', ')}${rejected.resolvable ? '' : ' (for good)'}` : 'fits'
}

const withPods = (cluster: Cluster, ...placed: readonly (readonly [PodInfo, string])[]): Cluster => {
  for (const [pod, node] of placed) cluster.place(pod, node)
  return cluster
}

const tainted = nodeOf('n', {spec: {taints: [{key: 'k', value: 'v', effect: 'NoSchedule'}]}})
const antiTerm = {labelSelector: {matchLabels: {app: 'a'}}, topologyKey: 'kubernetes.io/hostname'}
const anti = {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [antiTerm]}}
const near = {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{...antiTerm, topologyKey: 'zone'}]}}
const spread = {
  topologySpreadConstraints: [
    {maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {matchLabels: {app: 'a'}}},
  ],
}
const app = {labels: {app: 'a'}}
const twoZones = () => clusterOf([nodeOf('n', {labels: {zone: 'z1'}}), nodeOf('m', {labels: {zone: 'z2'}})])
const hostPort = {containers: [{name: 'c', image: 'a', ports: [{containerPort: 80, hostPort: 80}]}]}
const claiming = {volumes: [{name: 'v', persistentVolumeClaim: {claimName: 'data'}}]}
const claim = (spec: object, annotations = {}) => ({metadata: {name: 'data', namespace: 'default', annotations}, spec})
const boundTo = (name: string) => claim({volumeName: name}, {'pv.kubernetes.io/bind-completed': 'yes'})
const localTo = (zone: string) => ({
  metadata: {name: 'pv', labels: {'topology.kubernetes.io/zone': zone}},
  spec: {
    nodeAffinity: {
      required: {nodeSelectorTerms: [{matchExpressions: [{key: 'zone', operator: 'In', values: [zone]}]}]},
    },
  },
})
const delayed = {
  metadata: {name: 'slow'},
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
}

const cases: readonly (readonly [string, Plugin, () => [PodInfo, Cluster], string])[] = [
  [
    'a cordoned node',
    nodeUnschedulable,
    () => [podOf(), clusterOf([nodeOf('n', {spec: {unschedulable: true}})])],
    'node(s) were unschedulable (for good)',
  ],
  [
    'a cordoned node, tolerated',
    nodeUnschedulable,
    () => [podOf({tolerations: [{operator: 'Exists'}]}), clusterOf([nodeOf('n', {spec: {unschedulable: true}})])],
    'fits',
  ],
  [
    'another node by name',
    nodeName,
    () => [podOf({nodeName: 'x'}), clusterOf([nodeOf('n')])],
    "node(s) didn't match the requested node name (for good)",
  ],
  ['a taint', taintToleration, () => [podOf(), clusterOf([tainted])], 'node(s) had untolerated taint(s) (for good)'],
  [
    'a taint, tolerated by value',
    taintToleration,
    () => [podOf({tolerations: [{key: 'k', value: 'v'}]}), clusterOf([tainted])],
    'fits',
  ],
  [
    'a taint, another value tolerated',
    taintToleration,
    () => [podOf({tolerations: [{key: 'k', value: 'w'}]}), clusterOf([tainted])],
    'node(s) had untolerated taint(s) (for good)',
  ],
  [
    'a node selector',
    nodeAffinity,
    () => [podOf({nodeSelector: {disk: 'ssd'}}), clusterOf([nodeOf('n')])],
    "node(s) didn't match Pod's node affinity/selector (for good)",
  ],
  [
    'a node selector that matches',
    nodeAffinity,
    () => [podOf({nodeSelector: {disk: 'ssd'}}), clusterOf([nodeOf('n', {labels: {disk: 'ssd'}})])],
    'fits',
  ],
  [
    'a host port in use',
    nodePorts,
    () => [podOf(hostPort), withPods(clusterOf([nodeOf('n')]), [podOf(hostPort), 'n'])],
    "node(s) didn't have free ports for the requested pod ports",
  ],
  [
    'too little CPU left',
    nodeResourcesFit,
    () => [podOf(requesting({cpu: '2'})), withPods(clusterOf([nodeOf('n')]), [podOf(requesting({cpu: '3'})), 'n'])],
    'Insufficient cpu',
  ],
  [
    'more CPU than the node has',
    nodeResourcesFit,
    () => [podOf(requesting({cpu: '5', memory: '9Gi'})), clusterOf([nodeOf('n')])],
    'Insufficient cpu, Insufficient memory (for good)',
  ],
  [
    'a device nobody has',
    nodeResourcesFit,
    () => [podOf(requesting({'x.io/gpu': '1'})), clusterOf([nodeOf('n')])],
    'Insufficient x.io/gpu (for good)',
  ],
  [
    'no room for another pod',
    nodeResourcesFit,
    () => [podOf(), withPods(clusterOf([nodeOf('n', {status: {allocatable: {pods: '1'}}})]), [podOf(), 'n'])],
    'Too many pods',
  ],
  [
    'an exact fit',
    nodeResourcesFit,
    () => [podOf(requesting({cpu: '1'})), withPods(clusterOf([nodeOf('n')]), [podOf(requesting({cpu: '3'})), 'n'])],
    'fits',
  ],
  [
    'a sidecar besides an init container',
    nodeResourcesFit,
    () => [
      podOf({
        initContainers: [
          {name: 's', image: 'i', restartPolicy: 'Always', resources: {requests: {cpu: '2'}}},
          {name: 'i', image: 'i', resources: {requests: {cpu: '3'}}},
        ],
      }),
      clusterOf([nodeOf('n')]),
    ],
    'Insufficient cpu (for good)',
  ],
  [
    'overhead',
    nodeResourcesFit,
    () => [podOf({...requesting({cpu: '4'}), overhead: {cpu: '1m'}}), clusterOf([nodeOf('n')])],
    'Insufficient cpu (for good)',
  ],
  [
    'its own anti-affinity',
    interPodAffinity,
    () => [podOf({affinity: anti}, app), withPods(clusterOf([nodeOf('n')]), [podOf({}, app), 'n'])],
    "node(s) didn't match pod anti-affinity rules",
  ],
  [
    "another pod's anti-affinity",
    interPodAffinity,
    () => [podOf({}, app), withPods(clusterOf([nodeOf('n')]), [podOf({affinity: anti}), 'n'])],
    "node(s) didn't satisfy existing pods anti-affinity rules",
  ],
  [
    'anti-affinity in another namespace',
    interPodAffinity,
    () => [
      podOf({affinity: anti}, app),
      withPods(clusterOf([nodeOf('n')]), [podOf({}, {...app, namespace: 'other'}), 'n']),
    ],
    'fits',
  ],
  [
    'affinity to nobody',
    interPodAffinity,
    () => [podOf({affinity: near}), twoZones()],
    "node(s) didn't match pod affinity rules (for good)",
  ],
  ['affinity to itself, as the first', interPodAffinity, () => [podOf({affinity: near}, app), twoZones()], 'fits'],
  [
    'affinity to a pod in the zone',
    interPodAffinity,
    () => [podOf({affinity: near}), withPods(twoZones(), [podOf({}, app), 'n'])],
    'fits',
  ],
  [
    'affinity to a pod in another zone',
    interPodAffinity,
    () => [podOf({affinity: near}), withPods(twoZones(), [podOf({}, app), 'm'])],
    "node(s) didn't match pod affinity rules (for good)",
  ],
  [
    'one more than the emptiest zone allows',
    podTopologySpread,
    () => [podOf(spread, app), withPods(twoZones(), [podOf({}, app), 'n'])],
    "node(s) didn't match pod topology spread constraints",
  ],
  [
    'the emptier zone',
    podTopologySpread,
    () => [podOf(spread, app), withPods(twoZones(), [podOf({}, app), 'm'])],
    'fits',
  ],
  [
    'a node outside all zones',
    podTopologySpread,
    () => [podOf(spread, app), clusterOf([nodeOf('n')])],
    "node(s) didn't match pod topology spread constraints (missing required label) (for good)",
  ],
  [
    'a claim that does not exist',
    volumeBinding,
    () => [podOf(claiming), clusterOf([nodeOf('n')])],
    'persistentvolumeclaim "data" not found (for good)',
  ],
  [
    'a claim nobody bound yet',
    volumeBinding,
    () => [podOf(claiming), clusterOf([nodeOf('n')], {claims: [claim({})]})],
    'pod has unbound immediate PersistentVolumeClaims (for good)',
  ],
  [
    'a volume that is elsewhere',
    volumeBinding,
    () => [
      podOf(claiming),
      clusterOf([nodeOf('n', {labels: {zone: 'a'}})], {claims: [boundTo('pv')], volumes: [localTo('b')]}),
    ],
    "node(s) didn't match PersistentVolume's node affinity (for good)",
  ],
  [
    'a volume that is here',
    volumeBinding,
    () => [
      podOf(claiming),
      clusterOf([nodeOf('n', {labels: {zone: 'a'}})], {claims: [boundTo('pv')], volumes: [localTo('a')]}),
    ],
    'fits',
  ],
  [
    'a claim that waits, and no volume',
    volumeBinding,
    () => [
      podOf(claiming),
      clusterOf([nodeOf('n')], {claims: [claim({storageClassName: 'slow'})], classes: [delayed]}),
    ],
    "node(s) didn't find available persistent volumes to bind (for good)",
  ],
  [
    'a claim for one pod, in use',
    volumeRestrictions,
    () => [
      podOf(claiming),
      withPods(clusterOf([nodeOf('n')], {claims: [claim({accessModes: ['ReadWriteOncePod']})]}), [
        podOf(claiming),
        'n',
      ]),
    ],
    'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
  ],
  [
    'a volume of another zone',
    volumeZone,
    () => [
      podOf(claiming),
      clusterOf([nodeOf('n', {labels: {'topology.kubernetes.io/zone': 'a'}})], {
        claims: [boundTo('pv')],
        volumes: [localTo('b')],
      }),
    ],
    'node(s) had no available volume zone (for good)',
  ],
]
for (const [name, plugin, scene, expected] of cases)
  test(`${plugin.name}: ${name}`, () => assert.equal(verdict(plugin, ...scene()), expected))

test('counts follow pods that come and go and nodes that change their labels', () => {
  const cluster = twoZones()
  const pod = podOf(spread, app)
  const placed = podOf({}, app)
  assert.equal(verdict(podTopologySpread, pod, cluster), 'fits')
  cluster.place(placed, 'n')
  assert.notEqual(verdict(podTopologySpread, pod, cluster), 'fits')
  cluster.setNode(nodeOf('n', {labels: {zone: 'z2'}}))
  cluster.setNode(nodeOf('m', {labels: {zone: 'z1'}}))
  assert.equal(verdict(podTopologySpread, pod, cluster, 'm'), 'fits')
  cluster.displace(placed.uid)
  assert.equal(verdict(podTopologySpread, pod, cluster), 'fits')
})
