// Pods: a valid one, one change, and what the server says.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Pod, PodSpec} from '../../../src/api/schema/types.gen.ts'
import {complaintsAbout, complaintsAboutChange, newborn, warningsAbout} from './newborn.ts'

const pod = (spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'web'},
  spec: {containers: [{name: 'c', image: 'app:1'}], ...spec},
})
const container = (fields: object): Pod => pod({containers: [{name: 'c', image: 'app:1', ...fields}]})

test('a plain pod is fine', () => assert.deepEqual(complaintsAbout(pod()), []))

const cases: readonly {readonly name: string; readonly pod: Pod; readonly says: readonly string[]}[] = [
  {name: 'no containers', pod: pod({containers: []}), says: ['spec.containers: Required value']},
  {
    name: 'a volume with two sources',
    pod: pod({volumes: [{name: 'v', emptyDir: {}, hostPath: {path: '/x'}}]}),
    says: ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
  },
  {
    name: 'a mount of a volume that is not there',
    pod: container({volumeMounts: [{name: 'gone', mountPath: '/x'}]}),
    says: ['spec.containers[0].volumeMounts[0].name: Not found: "gone"'],
  },
  {
    name: 'two mounts at one place',
    pod: pod({
      volumes: [{name: 'v'}],
      containers: [
        {
          name: 'c',
          image: 'i',
          volumeMounts: [
            {name: 'v', mountPath: '/x'},
            {name: 'v', mountPath: '/x'},
          ],
        },
      ],
    }),
    says: ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique'],
  },
  {
    name: 'a path that climbs out of a volume',
    pod: pod({volumes: [{name: 'v', configMap: {name: 'm', items: [{key: 'k', path: '../up'}]}}]}),
    says: [`spec.volumes[0].configMap.items[0].path: Invalid value: "../up": must not contain '..'`],
  },
  {
    name: 'a probe with two handlers',
    pod: container({livenessProbe: {exec: {command: ['a']}, tcpSocket: {port: 1}}}),
    says: ['spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
  },
  {
    name: 'a liveness probe that wants two successes',
    pod: container({livenessProbe: {exec: {command: ['a']}, successThreshold: 2}}),
    says: ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
  },
  {
    name: 'a variable from two sources',
    pod: container({
      env: [{name: 'A', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}, secretKeyRef: {name: 's', key: 'k'}}}],
    }),
    says: [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  },
  {
    name: 'a variable from a field nobody has',
    pod: container({env: [{name: 'A', valueFrom: {fieldRef: {fieldPath: 'spec.color'}}}]}),
    says: [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.color": error converting fieldPath: field label not supported: spec.color',
    ],
  },
  {
    name: 'a resource nobody knows',
    pod: container({resources: {limits: {gold: '1'}}}),
    says: [
      'spec.containers[0].resources.limits[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.limits[gold]: Invalid value: "gold": must be a standard resource for containers',
      'spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource for containers',
    ],
  },
  {
    name: 'an extended resource with different request and limit',
    pod: container({resources: {limits: {'x.test/gpu': '2'}, requests: {'x.test/gpu': '1'}}}),
    says: ['spec.containers[0].resources.requests: Invalid value: "1": must be equal to x.test/gpu limit of 2'],
  },
  {
    name: 'a toleration of everything that is not Exists',
    pod: pod({tolerations: [{operator: 'Equal'}]}),
    says: [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  },
  {
    name: 'node affinity without terms',
    pod: pod({affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}}),
    says: [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  },
  {
    name: 'spreading without skew',
    pod: pod({
      topologySpreadConstraints: [
        {maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {}},
      ],
    }),
    says: ['spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero'],
  },
  {
    name: 'no escalation and privileged at once',
    pod: container({securityContext: {privileged: true, allowPrivilegeEscalation: false}}),
    says: [
      'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  },
  {
    name: 'DNS without servers',
    pod: pod({dnsPolicy: 'None'}),
    says: ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  },
  {
    name: 'an init container with a probe',
    pod: pod({initContainers: [{name: 'i', image: 'i', livenessProbe: {exec: {command: ['a']}}}]}),
    says: [
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
  },
  {
    name: 'two containers on one host port',
    pod: pod({
      containers: [
        {name: 'a', image: 'i', ports: [{containerPort: 80, hostPort: 8080}]},
        {name: 'b', image: 'i', ports: [{containerPort: 81, hostPort: 8080}]},
      ],
    }),
    says: ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//8080"'],
  },
  {
    name: 'ephemeral containers from the start',
    pod: pod({ephemeralContainers: [{name: 'e', image: 'i'}]}),
    says: ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
  },
]

for (const {name, pod: given, says} of cases)
  test(`refused: ${name}`, () => assert.deepEqual(complaintsAbout(given), says))

test('an image may change, a name may not', () => {
  assert.deepEqual(
    complaintsAboutChange(pod(), ({spec}) => {
      if (spec?.containers[0]) spec.containers[0].image = 'app:2'
    }),
    [],
  )
  const [first = ''] = complaintsAboutChange(pod(), ({spec}) => {
    if (spec) spec.hostname = 'other'
  })
  assert.match(first, /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,/)
})

test('containers may not be added to a pod', () => {
  assert.deepEqual(
    complaintsAboutChange(pod(), ({spec}) => spec?.containers.push({...spec.containers[0], name: 'd'})),
    ['spec.containers: Forbidden: pod updates may not add or remove containers'],
  )
})

test('limits without requests are requests, and equal ones guarantee', () => {
  const {spec, status} = newborn(container({resources: {limits: {cpu: '1', memory: '1Gi'}}}))
  assert.deepEqual(spec?.containers[0]?.resources?.requests, {cpu: '1', memory: '1Gi'})
  assert.equal(status?.qosClass, 'Guaranteed')
})

test('a pod with gates waits and says so', () => {
  const {status} = newborn(pod({schedulingGates: [{name: 'later'}]}))
  assert.equal(status?.conditions?.[0]?.reason, 'SchedulingGated')
})

test('a variable that hides another is warned about', () => {
  assert.deepEqual(
    warningsAbout(
      container({
        env: [
          {name: 'A', value: '1'},
          {name: 'A', value: '2'},
        ],
      }),
    ),
    ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
  )
})
