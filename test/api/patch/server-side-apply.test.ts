import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {KubeObject} from '../../../src/api/object.ts'
import {setOfFields} from '../../../src/api/patch/fields/set.ts'
import {differOnlyInTimes, type Entries, trackUpdate} from '../../../src/api/patch/managed-fields.ts'
import {applyConfig} from '../../../src/api/patch/server-side-apply.ts'
import type {Schema} from '../../../src/api/schema/contract.ts'
import {decode} from '../../../src/api/schema/decode.ts'
import {definitionOf} from '../../../src/api/schema/definitions.ts'
import type {ConfigMap, Deployment} from '../../../src/api/schema/types.gen.ts'

const kinds = {
  ConfigMap: {group: '', apiVersion: 'v1'},
  Deployment: {group: 'apps', apiVersion: 'apps/v1'},
  Service: {group: '', apiVersion: 'v1'},
} as const
type KindName = keyof typeof kinds

const schemaOf = (kind: KindName) => {
  const schema = definitionOf({group: kinds[kind].group, version: 'v1', kind})
  assert.ok(schema)
  return schema
}
const object = (kind: KindName, fields: object): KubeObject =>
  decode<KubeObject>({value: {apiVersion: kinds[kind].apiVersion, kind, ...fields}}, schemaOf(kind)).object

const written = (kind: KindName, fields: object, manager: string, old?: KubeObject, timeMs = 0): KubeObject => {
  const result = object(kind, fields)
  const managedFields = trackUpdate({
    old,
    object: result,
    manager,
    apiVersion: kinds[kind].apiVersion,
    timeMs,
    schema: schemaOf(kind),
  })
  return {...result, metadata: {...result.metadata, ...(managedFields ? {managedFields: [...managedFields]} : {})}}
}

interface ApplyOptions {
  readonly live?: KubeObject
  readonly force?: boolean
  readonly timeMs?: number
}
const apply = (
  kind: KindName,
  fields: object,
  manager: string,
  {live, force = false, timeMs = 0}: ApplyOptions = {},
): KubeObject => {
  const {apiVersion} = kinds[kind]
  const config = {apiVersion, kind, ...fields} as KubeObject
  const applied = applyConfig({live, config, schema: schemaOf(kind), manager, apiVersion, force, timeMs})
  return object(kind, applied.object)
}

const owners = (entries: Entries | undefined): object =>
  Object.fromEntries((entries ?? []).map(({manager, fieldsV1}) => [manager, fieldsV1]))
const ownersOf = (it: KubeObject): object => owners(it.metadata?.managedFields)
const dataOf = (it: KubeObject): object | undefined => (it as ConfigMap).data

test('a creator owns the fields it set, lists and maps with their parts', () => {
  const created = written(
    'ConfigMap',
    {metadata: {name: 'm', labels: {a: 'b'}, finalizers: ['x.test/f']}, data: {k: 'v'}},
    'creator',
  )
  assert.deepEqual(ownersOf(created), {
    creator: {
      'f:data': {'.': {}, 'f:k': {}},
      'f:metadata': {'f:finalizers': {'.': {}, 'v:"x.test/f"': {}}, 'f:labels': {'.': {}, 'f:a': {}}},
    },
  })
})

test('fields that the type always has are owned only in their parts', () => {
  const created = written(
    'Deployment',
    {
      spec: {
        selector: {matchLabels: {a: 'b'}},
        strategy: {type: 'Recreate'},
        template: {spec: {containers: [{name: 'c', livenessProbe: {httpGet: {port: 80}}}]}},
      },
    },
    'creator',
  )
  assert.deepEqual(ownersOf(created), {
    creator: {
      'f:spec': {
        'f:selector': {},
        'f:strategy': {'f:type': {}},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"c"}': {
                '.': {},
                'f:livenessProbe': {'.': {}, 'f:httpGet': {'.': {}, 'f:port': {}}},
                'f:name': {},
                'f:resources': {},
              },
            },
          },
        },
      },
    },
  })
})

test('who changes a field takes it over, who removes it takes it from all', () => {
  const first = written('ConfigMap', {metadata: {name: 'm', labels: {a: 'b'}}, data: {k: 'v'}}, 'creator')
  const second = written('ConfigMap', {...first, data: {k: 'v2', new: '1'}}, 'patcher', first, 1000)
  assert.deepEqual(ownersOf(second), {
    creator: {'f:data': {}, 'f:metadata': {'f:labels': {'.': {}, 'f:a': {}}}},
    patcher: {'f:data': {'f:k': {}, 'f:new': {}}},
  })
  const third = written('ConfigMap', {metadata: {name: 'm'}, data: {new: '1', z: 'z'}}, 'updater', second, 2000)
  assert.deepEqual(ownersOf(third), {
    creator: {'f:data': {}},
    patcher: {'f:data': {'f:new': {}}},
    updater: {'f:data': {'f:z': {}}},
  })
})

test('a write that changes nothing leaves the entries as they are', () => {
  const first = written('ConfigMap', {metadata: {name: 'm'}, data: {k: 'v'}}, 'creator')
  const again = trackUpdate({
    old: first,
    object: object('ConfigMap', {metadata: {name: 'm'}, data: {k: 'v'}}),
    manager: 'other',
    apiVersion: 'v1',
    timeMs: 5000,
    schema: schemaOf('ConfigMap'),
  })
  assert.equal(again, first.metadata?.managedFields)
})

test('one empty entry forgets all owners', () => {
  const first = written('ConfigMap', {metadata: {name: 'm'}, data: {k: 'v'}}, 'creator')
  const reset = {...first, metadata: {...first.metadata, managedFields: [{}]}}
  const entries = trackUpdate({
    old: first,
    object: reset,
    manager: 'x',
    apiVersion: 'v1',
    timeMs: 0,
    schema: schemaOf('ConfigMap'),
  })
  assert.equal(entries, undefined)
})

test('fields that cannot be set this way are not owned', () => {
  const deployment = object('Deployment', {spec: {replicas: 1}, status: {replicas: 1}})
  const entries = trackUpdate({
    object: deployment,
    manager: 'x',
    apiVersion: 'apps/v1',
    timeMs: 0,
    schema: schemaOf('Deployment'),
    ignored: setOfFields('status'),
  })
  assert.deepEqual(owners(entries), {x: {'f:spec': {'f:replicas': {}}}})
})

test('more than ten updaters are joined, the oldest first', () => {
  let current = written('ConfigMap', {metadata: {name: 'm'}, data: {k0: 'v'}}, 'm0')
  for (let index = 1; index < 12; index++)
    current = written(
      'ConfigMap',
      {...current, data: {...dataOf(current), [`k${index}`]: 'v'}},
      `m${index}`,
      current,
      index * 1000,
    )
  const entries = current.metadata?.managedFields ?? []
  assert.equal(entries.length, 10)
  assert.equal(entries[0]?.manager, 'ancient-changes')
  assert.equal(entries.at(-1)?.manager, 'm11')
})

const configMap = {metadata: {name: 'a', labels: {l: '1'}}, data: {x: '1', y: '2'}}

test('an apply owns what it states and nothing else', () => {
  assert.deepEqual(ownersOf(apply('ConfigMap', configMap, 'm1')), {
    m1: {'f:data': {'f:x': {}, 'f:y': {}}, 'f:metadata': {'f:labels': {'f:l': {}}}},
  })
})

test('another value for a field of another manager is a conflict, which force overrides', () => {
  const live = apply('ConfigMap', configMap, 'm1')
  const other = {metadata: {name: 'a'}, data: {x: 'other', z: '3'}}
  assert.throws(() => apply('ConfigMap', other, 'm2', {live}), {
    code: 409,
    message: 'Apply failed with 1 conflict: conflict with "m1": .data.x',
    details: {causes: [{reason: 'FieldManagerConflict', message: 'conflict with "m1"', field: '.data.x'}]},
  })
  const forced = apply('ConfigMap', other, 'm2', {live, force: true})
  assert.deepEqual(dataOf(forced), {x: 'other', y: '2', z: '3'})
  assert.deepEqual(ownersOf(forced), {
    m1: {'f:data': {'f:y': {}}, 'f:metadata': {'f:labels': {'f:l': {}}}},
    m2: {'f:data': {'f:x': {}, 'f:z': {}}},
  })
})

test('the same value is shared, and goes when its last owner drops it', () => {
  const live = apply('ConfigMap', configMap, 'm1')
  const both = apply('ConfigMap', {metadata: {name: 'a'}, data: {x: '1'}}, 'm2', {live})
  const less = apply('ConfigMap', {metadata: {name: 'a'}, data: {y: '2'}}, 'm1', {live: both})
  assert.deepEqual(dataOf(less), {x: '1', y: '2'})
  assert.deepEqual(less.metadata?.labels, undefined)
  const none = apply('ConfigMap', {metadata: {name: 'a'}}, 'm2', {live: less})
  assert.deepEqual(dataOf(none), {y: '2'})
})

test('several conflicts are listed by manager, with the version of updaters', () => {
  const live = written(
    'Deployment',
    {metadata: {name: 'd'}, spec: {replicas: 3, paused: true}},
    'kubectl-client-side-apply',
  )
  assert.throws(() => apply('Deployment', {metadata: {name: 'd'}, spec: {replicas: 5}}, 'm', {live}), {
    message: 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
  })
  assert.throws(() => apply('Deployment', {metadata: {name: 'd'}, spec: {replicas: 5, paused: false}}, 'm', {live}), {
    message:
      'Apply failed with 2 conflicts: conflicts with "kubectl-client-side-apply" using apps/v1:\n- .spec.paused\n- .spec.replicas',
  })
})

const containers = (it: KubeObject): object[] | undefined => (it as Deployment).spec?.template.spec?.containers
const pod = (...list: object[]): object => ({metadata: {name: 'd'}, spec: {template: {spec: {containers: list}}}})

test('items of a list are owned one by one', () => {
  const live = apply('Deployment', pod({name: 'a', image: '1'}, {name: 'b', image: '1'}), 'm1')
  const added = apply('Deployment', pod({name: 'c', image: '1'}), 'm2', {live})
  assert.deepEqual(
    containers(added)?.map((container) => (container as {name: string}).name),
    ['a', 'b', 'c'],
  )
  const dropped = apply('Deployment', pod({name: 'b', image: '2'}), 'm1', {live: added})
  assert.deepEqual(containers(dropped), [
    {name: 'b', image: '2', resources: {}},
    {name: 'c', image: '1', resources: {}},
  ])
})

test('what was set before the first apply is known as such', () => {
  const live = object('ConfigMap', {metadata: {name: 'a'}, data: {x: '1'}})
  assert.throws(() => apply('ConfigMap', {metadata: {name: 'a'}, data: {x: '2'}}, 'm', {live}), {
    message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x',
  })
})

test('kubectl takes over what client-side apply had set', () => {
  const lastApplied = JSON.stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'a'}, data: {x: '1'}})
  const live = written(
    'ConfigMap',
    {
      metadata: {name: 'a', annotations: {'kubectl.kubernetes.io/last-applied-configuration': lastApplied}},
      data: {x: '1'},
    },
    'kubectl-client-side-apply',
  )
  const taken = apply('ConfigMap', {metadata: {name: 'a'}, data: {x: '2'}}, 'kubectl', {live})
  assert.deepEqual(dataOf(taken), {x: '2'})
  assert.match(taken.metadata?.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '', /"x":"2"/)
  assert.throws(() => apply('ConfigMap', {metadata: {name: 'a'}, data: {x: '2'}}, 'helm', {live}), {code: 409})
})

const wrong: readonly [kind: KindName, fields: object, message: string][] = [
  [
    'ConfigMap',
    {metadata: {name: 'a'}, unknown: {f: 1}},
    'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .unknown: field not declared in schema',
  ],
  ['ConfigMap', {metadata: {name: 'a', managedFields: []}, data: {bad: []}}, 'metadata.managedFields must be nil'],
  ['ConfigMap', {apiVersion: undefined, metadata: {name: 'a'}}, 'invalid object type: /, Kind=ConfigMap'],
  [
    'Deployment',
    pod({name: 'a'}, {name: 'a'}),
    'failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="a"]',
  ],
  [
    'Deployment',
    {metadata: {name: 'd', namespace: 'n'}, spec: {replicas: 'x', no: 1}},
    'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): errors:\n  .spec.replicas: expected numeric (int or float), got string\n  .spec.no: field not declared in schema',
  ],
]
for (const [kind, fields, message] of wrong)
  test(`an apply is refused: ${message.slice(0, 100)}`, () => {
    assert.throws(() => apply(kind, fields, 'm'), {message})
  })

test('an apply that changes nothing but the time is no write', () => {
  const live = apply('ConfigMap', configMap, 'm1')
  const again = apply('ConfigMap', configMap, 'm1', {live, timeMs: 60_000})
  assert.notDeepEqual(again, live)
  assert.ok(differOnlyInTimes(live, again))
  assert.ok(!differOnlyInTimes(live, apply('ConfigMap', {metadata: {name: 'a'}}, 'm1', {live})))
})

test('custom objects are owned by the schema of their kind', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          mode: {type: 'string'},
          free: {type: 'object', preserveUnknown: true},
          list: {
            type: 'array',
            listType: 'map',
            listMapKeys: ['name'],
            items: {type: 'object', properties: {name: {type: 'string'}}},
          },
        },
      },
    },
  }
  const config = {
    apiVersion: 'x.test/v1',
    kind: 'Thing',
    metadata: {name: 'a', labels: {l: '1'}},
    spec: {free: {a: {b: [1]}}, list: [{name: 'p'}]},
  }
  const request = {schema, manager: 'm', apiVersion: 'x.test/v1', force: false, timeMs: 0}
  const fields = {
    'f:metadata': {'f:labels': {'f:l': {}}},
    'f:spec': {'f:free': {'f:a': {'.': {}, 'f:b': {}}}, 'f:list': {'k:{"name":"p"}': {'.': {}, 'f:name': {}}}},
  }
  const applied = applyConfig({...request, config})
  assert.deepEqual(owners(applied.managedFields), {m: fields})
  const wrong = {...config, spec: {nope: 1}}
  assert.throws(() => applyConfig({...request, config: wrong}), {
    message:
      'failed to create typed patch object (/a; x.test/v1, Kind=Thing): .spec.nope: field not declared in schema',
  })
  const created = trackUpdate({object: config, manager: 'u', apiVersion: 'x.test/v1', timeMs: 0, schema})
  assert.deepEqual(owners(created), {
    u: {
      'f:metadata': {'f:labels': {'.': {}, 'f:l': {}}},
      'f:spec': {
        '.': {},
        'f:free': {'.': {}, 'f:a': {'.': {}, 'f:b': {}}},
        'f:list': {'.': {}, 'k:{"name":"p"}': {'.': {}, 'f:name': {}}},
      },
    },
  })
})
