import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {type NodeScene, rejectionOf} from '../../src/kubelet/admit/admit.ts'
import type {ThePod} from '../../src/kubelet/pods/types.ts'
import {resizeRefusal} from '../../src/kubelet/resize/decide.ts'

const podWith = (spec: Partial<NonNullable<Pod['spec']>> = {}, name = 'web'): ThePod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: ''},
    spec: {containers: [{name: 'main', image: 'host'}], ...spec},
  }) as ThePod
const asking = (cpu: string, name?: string): ThePod =>
  podWith({containers: [{name: 'main', image: 'host', resources: {requests: {cpu}}}]}, name)

const node: NodeScene = {
  name: 'node-1',
  labels: {'kubernetes.io/hostname': 'node-1'},
  taints: [],
  allocatable: {cpu: '2', memory: '4Gi', pods: '3'},
  pressures: new Set(),
  goingDown: false,
  allowedUnsafeSysctls: ['kernel.msg*'],
  hasAppArmor: false,
}

interface Case {
  readonly name: string
  readonly pod: ThePod
  readonly others?: readonly ThePod[]
  readonly node?: Partial<NodeScene>
  readonly says: readonly [reason: string, message: string] | undefined
}
const sysctl = (name: string, more: object = {}): ThePod =>
  podWith({securityContext: {sysctls: [{name, value: '1'}]}, ...more})
const hostPort = (port: number, name: string): ThePod =>
  podWith({containers: [{name: 'main', image: 'host', ports: [{containerPort: 80, hostPort: port}]}]}, name)

const cases: readonly Case[] = [
  {name: 'what fits', pod: asking('1500m'), others: [asking('500m', 'other')], says: undefined},
  {
    name: 'more cpu than is left',
    pod: asking('1501m'),
    others: [asking('500m', 'other')],
    says: ['OutOfcpu', "Node didn't have enough resource: cpu, requested: 1501, used: 500, capacity: 2000"],
  },
  {
    name: 'AppArmor where there is none',
    pod: podWith({securityContext: {appArmorProfile: {type: 'RuntimeDefault'}}}),
    says: ['AppArmor', 'Cannot enforce AppArmor: AppArmor is not enabled on the host'],
  },
  {
    name: 'AppArmor where there is some',
    pod: podWith({securityContext: {appArmorProfile: {type: 'RuntimeDefault'}}}),
    node: {hasAppArmor: true},
    says: undefined,
  },
  {
    name: 'no AppArmor, by name',
    pod: podWith({securityContext: {appArmorProfile: {type: 'Unconfined'}}}),
    says: undefined,
  },
  {
    name: 'one pod too many',
    pod: podWith(),
    others: [podWith({}, 'a'), podWith({}, 'b'), podWith({}, 'c')],
    says: ['OutOfpods', "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3"],
  },
  {
    name: 'a node selector of another node',
    pod: podWith({nodeSelector: {disk: 'fast'}}),
    says: ['NodeAffinity', "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"],
  },
  {
    name: 'a port that is taken',
    pod: hostPort(8080, 'web'),
    others: [hostPort(8080, 'other')],
    says: ['NodePorts', "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"],
  },
  {name: 'a safe sysctl', pod: sysctl('net.ipv4.tcp_syncookies'), says: undefined},
  {name: 'an unsafe sysctl that is allowed', pod: sysctl('kernel.msgmax'), says: undefined},
  {
    name: 'an unsafe sysctl',
    pod: sysctl('net.core.somaxconn'),
    says: ['SysctlForbidden', 'forbidden sysctl: "net.core.somaxconn" not allowlisted'],
  },
  {
    name: "a sysctl of a network that is the node's",
    pod: sysctl('net.ipv4.tcp_syncookies', {hostNetwork: true}),
    says: ['SysctlForbidden', 'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host net enabled'],
  },
  {
    name: 'a pod that asks for nothing, short of memory',
    pod: podWith(),
    node: {pressures: new Set(['MemoryPressure'])},
    says: ['Evicted', 'The node had condition: [MemoryPressure]. '],
  },
  {
    name: 'a pod that says what it needs, short of memory',
    pod: asking('1'),
    node: {pressures: new Set(['MemoryPressure'])},
    says: undefined,
  },
  {
    name: 'any pod, short of disk',
    pod: asking('1'),
    node: {pressures: new Set(['DiskPressure'])},
    says: ['Evicted', 'The node had condition: [DiskPressure]. '],
  },
  {
    name: 'a critical pod, short of disk',
    pod: podWith({priority: 2_000_001_000}),
    node: {pressures: new Set(['DiskPressure'])},
    says: undefined,
  },
  {
    name: 'a taint nobody tolerates',
    pod: podWith(),
    node: {taints: [{key: 'down', effect: 'NoExecute'}]},
    says: ['TaintToleration', 'Predicate TaintToleration failed: node(s) had untolerated taint(s)'],
  },
  {
    name: 'any pod on its way down',
    pod: podWith(),
    node: {goingDown: true},
    says: ['NodeShutdown', 'Pod was rejected as the node is shutting down.'],
  },
  {
    name: 'another operating system',
    pod: podWith({os: {name: 'windows'}}),
    says: ['PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS"],
  },
]
for (const {name, node: more, others = [], pod, says} of cases)
  test(`a node is given ${name}: ${says ? 'refused' : 'taken'}`, () => {
    const rejection = rejectionOf(pod, others, {...node, ...more})
    assert.deepEqual(rejection && [rejection.reason, rejection.message], says)
  })

test('a resize that the node could never give is infeasible, one that it cannot give now is deferred', () => {
  assert.equal(resizeRefusal(asking('2'), [], node.allocatable), undefined)
  assert.deepEqual(resizeRefusal(asking('2001m'), [], node.allocatable), {
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: cpu, requested: 2001, capacity: 2000",
  })
  assert.deepEqual(resizeRefusal(asking('2'), [asking('1m', 'other')], node.allocatable), {
    reason: 'Deferred',
    message: "Node didn't have enough resource: cpu, requested: 2000, used: 1, capacity: 2000",
  })
})
