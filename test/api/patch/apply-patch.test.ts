import assert from 'node:assert/strict'
import {test} from 'node:test'
import {ApiError} from '../../../src/api/errors.ts'
import type {KubeObject} from '../../../src/api/object.ts'
import {applyPatch, type FieldValidation, type PatchType} from '../../../src/api/patch/apply-patch.ts'
import {decode} from '../../../src/api/schema/decode.ts'
import {definitionOf} from '../../../src/api/schema/definitions.ts'

const resources = {
  configMap: {group: '', version: 'v1', kind: 'ConfigMap'},
  deployment: {group: 'apps', version: 'v1', kind: 'Deployment'},
}
type Name = keyof typeof resources

const patch = (
  name: Name,
  object: object,
  type: PatchType,
  body: unknown,
  fieldValidation: FieldValidation = 'Warn',
) => {
  const resource = resources[name]
  const schema = definitionOf(resource)
  assert.ok(schema)
  const apiVersion = resource.group === '' ? 'v1' : `${resource.group}/v1`
  const current = decode<KubeObject>({value: {apiVersion, kind: resource.kind, ...object}}, schema).object
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const {object: result, warnings} = applyPatch({type, text, current, resource, schema, fieldValidation})
  return {result: result as Record<string, unknown>, warnings}
}

const data = {metadata: {name: 'c'}, data: {x: '1', y: '2'}}
const merged: readonly [type: PatchType, body: unknown, expected: object][] = [
  ['merge', {data: {y: null, z: '3'}}, {x: '1', z: '3'}],
  ['merge', {data: {__proto__: null, constructor: 'c'}}, {x: '1', y: '2', constructor: 'c'}],
  ['strategic', {data: {x: null, b: '2'}}, {y: '2', b: '2'}],
  ['strategic', {data: {$patch: 'replace', only: 'x'}}, {only: 'x'}],
  ['json', [{op: 'add', path: '/data', value: {all: 'new'}}], {all: 'new'}],
  [
    'json',
    [
      {op: 'copy', from: '/data/y', path: '/data/a~1b'},
      {op: 'move', from: '/data/x', path: '/data/t~0u'},
    ],
    {y: '2', 'a/b': '2', 't~u': '1'},
  ],
  [
    'json',
    [
      {op: 'test', path: '/data/x', value: '1'},
      {op: 'remove', path: '/data/x'},
    ],
    {y: '2'},
  ],
]
for (const [type, body, expected] of merged)
  test(`a ${type} patch ${JSON.stringify(body)} leaves ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(patch('configMap', data, type, body).result.data, expected)
  })

const containers = (template: object): unknown =>
  (template as {spec: {template: {spec: {containers: unknown}}}}).spec.template.spec.containers
const workload = {
  metadata: {name: 'd'},
  spec: {
    selector: {},
    template: {
      spec: {
        containers: [
          {
            name: 'one',
            image: 'i:1',
            args: ['x', 'y'],
            env: [
              {name: 'A', value: '1'},
              {name: 'B', value: '2'},
            ],
            resources: {},
          },
          {name: 'two', image: 'i:2', resources: {}},
        ],
      },
    },
  },
}
const [one, two] = workload.spec.template.spec.containers
const inPod = (spec: object): object => ({spec: {template: {spec}}})

const lists: readonly [what: string, spec: object, expected: unknown][] = [
  [
    'items are merged by name, atomic lists replaced',
    {
      containers: [
        {
          name: 'one',
          env: [
            {name: 'B', value: '22'},
            {name: 'C', value: '3'},
          ],
          args: ['z'],
        },
      ],
    },
    [
      {
        ...one,
        args: ['z'],
        env: [
          {name: 'A', value: '1'},
          {name: 'B', value: '22'},
          {name: 'C', value: '3'},
        ],
      },
      two,
    ],
  ],
  ['an item is deleted by its name', {containers: [{name: 'two', $patch: 'delete'}]}, [one]],
  [
    'a new item goes first when nothing says where',
    {containers: [{name: 'new', image: 'n'}]},
    [{name: 'new', image: 'n', resources: {}}, one, two],
  ],
  [
    'the order of the patch is followed',
    {
      containers: [{name: 'three', image: 'i:3'}, {name: 'one'}],
      '$setElementOrder/containers': [{name: 'three'}, {name: 'one'}],
    },
    [{name: 'three', image: 'i:3', resources: {}}, one, two],
  ],
  [
    'a list can be replaced',
    {containers: [{$patch: 'replace'}, {name: 'solo', image: 'i:9'}]},
    [{name: 'solo', image: 'i:9', resources: {}}],
  ],
  ['order alone reorders', {'$setElementOrder/containers': [{name: 'two'}, {name: 'one'}]}, [two, one]],
]
for (const [what, spec, expected] of lists)
  test(`in a strategic merge patch ${what}`, () => {
    assert.deepEqual(containers(patch('deployment', workload, 'strategic', inPod(spec)).result), expected)
  })

test('a new item takes the place that a deletion made free, before those only the object has', () => {
  const live = {
    ...workload,
    spec: {
      ...workload.spec,
      template: {spec: {containers: [{name: 'm', env: [{name: 'A'}, {name: 'B'}, {name: 'X'}]}]}},
    },
  }
  const env = [{name: 'B', value: '22'}, {name: 'C'}, {name: 'A', $patch: 'delete'}]
  const {result} = patch(
    'deployment',
    live,
    'strategic',
    inPod({containers: [{name: 'm', '$setElementOrder/env': [{name: 'B'}, {name: 'C'}], env}]}),
  )
  const [container] = containers(result) as {env: {name: string}[]}[]
  assert.deepEqual(
    container?.env.map(({name}) => name),
    ['B', 'X', 'C'],
  )
})

test('$retainKeys clears what is not named', () => {
  const object = {spec: {...workload.spec, strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1}}}}
  const {result} = patch('deployment', object, 'strategic', {
    spec: {strategy: {$retainKeys: ['type'], type: 'Recreate'}},
  })
  assert.deepEqual((result.spec as {strategy: object}).strategy, {type: 'Recreate'})
})

test('$deleteFromPrimitiveList removes plain values', () => {
  const object = {metadata: {name: 'c', finalizers: ['a/x', 'b/y', 'c/z']}}
  const {result} = patch('configMap', object, 'strategic', {
    metadata: {'$deleteFromPrimitiveList/finalizers': ['b/y'], finalizers: ['d/w']},
  })
  assert.deepEqual((result.metadata as {finalizers: string[]}).finalizers, ['d/w', 'a/x', 'c/z'])
})

const patchedText = '{"apiVersion":"v1","data":{"x":"1","y":"2"},"kind":"Secret","metadata":{"name":"c"}}'
const invalid = (shown: string, problem: string): object => ({
  reason: 'Invalid',
  code: 422,
  message: ` "" is invalid: patch: Invalid value: ${JSON.stringify(shown)}: ${problem}`,
  details: {
    causes: [
      {reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(shown)}: ${problem}`, field: 'patch'},
    ],
  },
})
const refused: readonly [name: Name, type: PatchType, body: unknown, expected: object][] = [
  ['configMap', 'merge', {kind: 'Secret'}, invalid(patchedText, 'illegal base64 data at input byte 0')],
  [
    'configMap',
    'merge',
    {apiVersion: 'v2'},
    invalid(
      patchedText.replace('"v1"', '"v2"').replace('Secret', 'ConfigMap'),
      'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ),
  ],
  ['configMap', 'strategic', {data: 5}, invalid('map[data:5]', 'cannot restore map from int64')],
  [
    'configMap',
    'strategic',
    '{bad',
    {code: 400, message: "invalid character 'b' looking for beginning of object key string"},
  ],
  [
    'configMap',
    'merge',
    '[1]',
    {
      code: 400,
      message: 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    },
  ],
  [
    'configMap',
    'json',
    {op: 'add'},
    {code: 400, message: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'},
  ],
  [
    'configMap',
    'json',
    [{op: 'remove', path: '/data/none'}],
    {code: 422, message: 'the server rejected our request due to an error in our request'},
  ],
  ['configMap', 'json', [{op: 'test', path: '/data/x', value: 'no'}], {code: 422, reason: 'Invalid'}],
  [
    'deployment',
    'strategic',
    inPod({containers: [{image: 'no-name'}]}),
    {code: 500, reason: '', message: 'map: map[image:no-name] does not contain declared merge key: name'},
  ],
  [
    'deployment',
    'strategic',
    inPod({containers: [{name: 'one', $patch: 'explode'}]}),
    {code: 500, message: 'unknown patch type: explode in map: map[$patch:explode name:one]'},
  ],
]
for (const [name, type, body, expected] of refused)
  test(`a ${type} patch ${JSON.stringify(body)} is refused`, () => {
    const object = name === 'configMap' ? data : workload
    assert.throws(() => patch(name, object, type, body), {name: 'ApiError', ...expected})
  })

test('unknown fields after a patch are warnings, an error or nothing, as the client asked', () => {
  assert.deepEqual(patch('configMap', data, 'merge', {spec: {x: 1}}).warnings, ['unknown field "spec"'])
  assert.deepEqual(patch('configMap', data, 'merge', {spec: {x: 1}}, 'Ignore').warnings, [])
  assert.throws(
    () => patch('configMap', data, 'merge', {spec: {x: 1}}, 'Strict'),
    (error: unknown) =>
      error instanceof ApiError && error.message.endsWith('strict decoding error: unknown field "spec"'),
  )
})

test('a patch shares nothing it could damage: the current object stays as it was', () => {
  const current = JSON.stringify(data)
  patch('configMap', data, 'json', [{op: 'replace', path: '/data/x', value: '9'}])
  assert.equal(JSON.stringify(data), current)
})
