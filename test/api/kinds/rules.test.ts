// Kinds other than pods: what is refused, and in which words.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FieldErrors} from '../../../src/api/field-errors.ts'
import type {KubeObject} from '../../../src/api/object.ts'
import type {CronJob, PersistentVolumeClaim, Service, StatefulSet} from '../../../src/api/schema/types.gen.ts'
import {complaintsAbout, complaintsAboutChange, kindOf, newborn, warningsAbout} from './newborn.ts'

type Given = KubeObject & {[field: string]: unknown}
const template = {metadata: {labels: {a: 'b'}}, spec: {containers: [{name: 'c', image: 'i'}]}}
const selector = {matchLabels: {a: 'b'}}

const cases: readonly {readonly name: string; readonly object: Given; readonly says: readonly string[]}[] = [
  {
    name: 'a deployment that never rolls',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {name: 'd'},
      spec: {selector, template, strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}},
    },
    says: ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
  },
  {
    name: 'a daemon set that does both',
    object: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: {name: 'd'},
      spec: {selector, template, updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}},
    },
    says: [
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ],
  },
  {
    name: 'an indexed job that is too large for what it allows',
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {name: 'j'},
      spec: {
        completionMode: 'Indexed',
        completions: 100001,
        parallelism: 50000,
        backoffLimitPerIndex: 1,
        template: {spec: {...template.spec, restartPolicy: 'Never'}},
      },
    },
    says: [
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
      'spec.parallelism: Invalid value: 50000: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ],
  },
  {
    name: 'a job that succeeds by indexes it does not have',
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {name: 'j'},
      spec: {
        completionMode: 'Indexed',
        completions: 5,
        successPolicy: {
          rules: [
            {succeededIndexes: '0-2,7'},
            {succeededIndexes: '3,1'},
            {succeededIndexes: '0,2-3', succeededCount: 4},
          ],
        },
        template: {spec: {...template.spec, restartPolicy: 'Never'}},
      },
    },
    says: [
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-2,7": error parsing succeededIndexes: too large index: "7"',
      'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "3,1": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1',
      'spec.successPolicy.rules[2].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)',
    ],
  },
  {
    name: 'a flow schema whose subjects and rules are none',
    object: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: {name: 'f'},
      spec: {
        priorityLevelConfiguration: {name: 'p'},
        rules: [
          {
            subjects: [{kind: 'User', group: {name: 'g'}}],
            resourceRules: [{verbs: ['*', 'get'], apiGroups: [''], resources: ['pods']}],
            nonResourceRules: [{verbs: ['see'], nonResourceURLs: ['/a*b']}],
          },
        ],
      },
    },
    says: [
      "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
      "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
      'spec.rules[0].resourceRules[0].verbs: Invalid value: ["*","get"]: if \'*\' is present, must not specify other verbs',
      'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
      'spec.rules[0].nonResourceRules[0].verbs: Unsupported value: ["see"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*b": wildcard can only do suffix matching',
    ],
  },
  {
    name: 'a slice of devices that are nowhere, and shared without leave',
    object: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: {name: 's'},
      spec: {
        driver: 'gpu.example.com',
        pool: {name: 'p', generation: 0, resourceSliceCount: 0},
        devices: [
          {name: 'd', attributes: {model: {version: '1.2'}}, capacity: {memory: {value: '8', requestPolicy: {}}}},
          {name: 'd', taints: [{key: 'k', effect: 'Sometimes'}]},
        ],
      },
    },
    says: [
      'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
      'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
      'spec.devices[0].attributes[model].version: Invalid value: "1.2": must be a string compatible with semver.org spec 2.0.0',
      'spec.devices[0].capacity[memory].requestPolicy: Forbidden: allowMultipleAllocations must be true',
      'spec.devices[1].taints[0].effect: Unsupported value: "Sometimes": supported values: "NoExecute", "NoSchedule", "None"',
      'spec.devices[1]: Duplicate value: "d"',
    ],
  },
  {
    name: 'an autoscaler with metrics of no kind',
    object: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {name: 'h'},
      spec: {
        maxReplicas: 3,
        scaleTargetRef: {kind: 'Deployment', name: 'd'},
        metrics: [
          {type: 'External', external: {metric: {name: 'a/b'}, target: {type: 'Value', value: '1', averageValue: '1'}}},
          {
            type: 'Object',
            object: {describedObject: {kind: 'Pod', name: ''}, metric: {name: 'm'}, target: {type: 'Much'}},
          },
        ],
      },
    },
    says: [
      'spec.metrics[0].external.metric.name: Invalid value: "a/b": may not contain \'/\'',
      'spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      'spec.metrics[1].object.describedObject.name: Required value',
      'spec.metrics[1].object.target.type: Invalid value: "Much": must be either Utilization, Value, or AverageValue',
      'spec.metrics[1].object.target.averageValue: Required value: must set either a target value or averageValue',
    ],
  },
  {
    name: 'a quota of what its scope has none of',
    object: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: {name: 'q'},
      spec: {
        hard: {pods: '1', services: '1', bananas: '2'},
        scopes: ['Terminating'],
        scopeSelector: {matchExpressions: [{scopeName: 'BestEffort', operator: 'In', values: []}]},
      },
    },
    says: [
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource for quota',
      'spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource',
      'spec.scopeSelector.matchExpressions: Invalid value: {"matchExpressions":[{"scopeName":"BestEffort","operator":"In","values":[]}]}: unsupported scope applied to resource',
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be \'Exist\' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity',
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  },
  {
    name: 'endpoints on the machine that asks',
    object: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {name: 'e'},
      subsets: [{addresses: [{ip: '127.0.0.1'}, {ip: '192.0.2.1', nodeName: 'A_B'}], ports: [{port: 80}]}],
    },
    says: [
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      "subsets[0].addresses[1].nodeName: Invalid value: \"A_B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  },
  {
    name: 'an indexed job without completions',
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {name: 'j'},
      spec: {
        completionMode: 'Indexed',
        parallelism: 1,
        template: {spec: {restartPolicy: 'Never', containers: [{name: 'c', image: 'i'}]}},
      },
    },
    says: ['spec.completions: Required value: when completion mode is Indexed'],
  },
  {
    name: 'a secret for TLS without a key',
    object: {apiVersion: 'v1', kind: 'Secret', metadata: {name: 's'}, type: 'kubernetes.io/tls', data: {'tls.crt': ''}},
    says: ['data[tls.key]: Required value'],
  },
  {
    name: 'a config map with keys twice',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {name: 'c'},
      data: {a: '1', 'no way': '2'},
      binaryData: {a: 'eA=='},
    },
    says: [
      `data[no way]: Invalid value: "no way": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ],
  },
  {
    name: 'a role that allows nothing',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: {name: 'r'},
      rules: [{apiGroups: [''], resources: ['pods'], verbs: []}],
    },
    says: ['rules[0].verbs: Required value: verbs must contain at least one value'],
  },
  {
    name: 'an autoscaler upside down',
    object: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {name: 'h'},
      spec: {minReplicas: 5, maxReplicas: 2, scaleTargetRef: {kind: 'Deployment', name: 'd'}},
    },
    says: ['spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`'],
  },
  {
    name: 'a quota on nothing known',
    object: {apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'q'}, spec: {hard: {gold: '1', pods: '-1'}}},
    says: [
      'spec.hard[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
      'spec.hard[gold]: Invalid value: "gold": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
    ],
  },
  {
    name: 'limits that contradict each other',
    object: {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: {name: 'l'},
      spec: {limits: [{type: 'Container', min: {cpu: '2'}, max: {cpu: '1'}}]},
    },
    says: [
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
      'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
    ],
  },
  {
    name: 'a webhook that says too little',
    object: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: {name: 'w'},
      webhooks: [{name: 'short', clientConfig: {}, admissionReviewVersions: ['v1'], sideEffects: 'None'}],
    },
    says: [
      'webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots',
      'webhooks[0].clientConfig: Required value: exactly one of url or service is required',
    ],
  },
]

for (const {name, object, says} of cases)
  test(`refused: ${name}`, () => assert.deepEqual(complaintsAbout(object), says))

test('a claim keeps its class, and the message shows what differs', () => {
  const claim: PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'p'},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: 'a', resources: {requests: {storage: '1Gi'}}},
  }
  const [first = ''] = complaintsAboutChange(claim, ({spec}) => {
    if (spec) spec.storageClassName = 'b'
  })
  assert.match(
    first,
    /@@ -10,7 \+10,7 @@\n {3}}\n {2}},\n {2}"VolumeName": "",\n- "StorageClassName": "a",\n\+ "StorageClassName": "b",/,
  )
})

test('a stateful set keeps its service', () => {
  const set: StatefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {name: 's'},
    spec: {serviceName: 'x', selector, template},
  }
  const [first = ''] = complaintsAboutChange(set, ({spec}) => {
    if (spec) spec.serviceName = 'y'
  })
  assert.match(first, /^spec: Forbidden: updates to statefulset spec for fields other than 'replicas'/)
})

test('an address stays with its service', () => {
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name: 's'},
    spec: {ports: [{port: 80}], clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1']},
  }
  assert.deepEqual(
    complaintsAboutChange(service, ({spec}) => {
      if (spec) spec.clusterIP = '10.96.2.2'
    }),
    ['spec.clusterIPs[0]: Invalid value: ["10.96.2.2"]: may not change once set'],
  )
})

const schedules: readonly (readonly [string, string | undefined])[] = [
  ['*/5 * * * *', undefined],
  ['@hourly', undefined],
  ['0 0 * jan-mar mon', undefined],
  ['bad', 'expected exactly 5 fields, found 1: [bad]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['@sometimes', 'unrecognized descriptor: @sometimes'],
]

for (const [schedule, problem] of schedules)
  test(`schedule ${schedule}: ${problem ?? 'fine'}`, () => {
    const job: CronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: {name: 'c'},
      spec: {
        schedule,
        jobTemplate: {spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'c', image: 'i'}]}}}},
      },
    }
    assert.deepEqual(
      complaintsAbout(job),
      problem === undefined ? [] : [`spec.schedule: Invalid value: ${JSON.stringify(schedule)}: ${problem}`],
    )
  })

test('every kind takes an object that is nearly empty without failing', async () => {
  const {kinds} = await import('../../../src/api/kinds/index.ts')
  for (const kind of kinds) {
    const {group, version, kind: name} = kind.resource
    const object: KubeObject = {apiVersion: group === '' ? version : `${group}/${version}`, kind: name}
    assert.doesNotThrow(() => complaintsAbout(object), `${group}/${version} ${name}`)
    assert.doesNotThrow(() => warningsAbout(object), `${group}/${version} ${name}`)
  }
})

test('a status that counts more ready pods than there are is refused', () => {
  const set = newborn({apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 's'}, spec: {selector, template}})
  const errors = new FieldErrors()
  const next = {...set, status: {replicas: 1, readyReplicas: 2, availableReplicas: 3, currentReplicas: -1}}
  kindOf('apps/v1', 'StatefulSet').subresources.status?.validateUpdate?.(next as never, set, errors)
  assert.deepEqual(
    errors.list.map(({field, message}) => `${field}: ${message}`),
    [
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas',
    ],
  )
})
