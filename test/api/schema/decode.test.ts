import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Schema} from '../../../src/api/schema/contract.ts'
import {DecodeError, decode, identify, normalize, parseBody} from '../../../src/api/schema/decode.ts'
import {definitionOf} from '../../../src/api/schema/definitions.ts'

const schemaOf = (group: string, kind: string): Schema => {
  const schema = definitionOf({group, version: 'v1', kind})
  assert.ok(schema)
  return schema
}
const configMap = schemaOf('', 'ConfigMap')
const deployment = schemaOf('apps', 'Deployment')
const pod = schemaOf('', 'Pod')
const read = (schema: Schema, text: string) => decode<Record<string, unknown>>(parseBody(text), schema)

test('unknown fields are named with their path in the order of the document and left out', () => {
  const {object, problems} = read(
    pod,
    '{"metadata":{"lables":{}},"spec":{"container":[],"containers":[{"name":"c","foo":1}]},"dat":{}}',
  )
  assert.deepEqual(problems, [
    'unknown field "metadata.lables"',
    'unknown field "spec.container"',
    'unknown field "spec.containers[0].foo"',
    'unknown field "dat"',
  ])
  assert.equal('dat' in object, false)
})

test('of a key that is there twice the last value counts and the key is reported', () => {
  const {object, problems} = read(configMap, '{"data":{"a":"1","b":"\\"","a":"2"}}')
  assert.deepEqual(problems, ['duplicate field "data.a"'])
  assert.deepEqual(object.data, {a: '2', b: '"'})
})

test('empty optional fields go, fields that are always written come, nulls are absence', () => {
  const {object} = read(
    deployment,
    '{"metadata":{"name":"d","labels":{},"creationTimestamp":null},"spec":{"replicas":0,"minReadySeconds":0,"paused":false,"template":{"spec":{"hostNetwork":false,"terminationGracePeriodSeconds":0,"containers":[{"name":"c","args":[]}]}}}}',
  )
  assert.deepEqual(object, {
    metadata: {name: 'd'},
    spec: {
      replicas: 0,
      selector: null,
      template: {
        metadata: {},
        spec: {containers: [{name: 'c', resources: {}}], terminationGracePeriodSeconds: 0},
      },
      strategy: {},
    },
    status: {},
  })
})

test('fields are written in the order of the API', () => {
  const {object} = read(
    configMap,
    '{"data":{"b":"1","a":"2"},"metadata":{"uid":"u","name":"n"},"apiVersion":"v1","kind":"ConfigMap"}',
  )
  assert.equal(
    JSON.stringify(object),
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","uid":"u"},"data":{"a":"2","b":"1"}}',
  )
})

test('the key __proto__ is a key like any other', () => {
  const {object} = read(configMap, '{"data":{"__proto__":"x"},"__proto__":{"polluted":true}}')
  assert.deepEqual(Object.keys(object.data as object), ['__proto__'])
  assert.equal((object as {polluted?: boolean}).polluted, undefined)
})

test('integers beyond 2^53 keep their digits', () => {
  const {object} = read(pod, '{"spec":{"containers":[],"terminationGracePeriodSeconds":9223372036854775807}}')
  assert.match(JSON.stringify(object), /"terminationGracePeriodSeconds":9223372036854775807/)
})

const wrong: readonly [schema: Schema, text: string, message: string][] = [
  [configMap, '{"data":{"a":1}}', 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
  [
    deployment,
    '{"spec":{"replicas":1.5}}',
    'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    deployment,
    '{"spec":{"replicas":"1"}}',
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    deployment,
    '{"spec":{"replicas":3000000000}}',
    'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    deployment,
    '{"spec":[]}',
    'json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec',
  ],
  [
    deployment,
    '{"metadata":{"labels":"x"}}',
    'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
  ],
  [
    pod,
    '{"spec":{"containers":[{"name":true}]}}',
    'json: cannot unmarshal bool into Go struct field Container.spec.containers.name of type string',
  ],
  [
    pod,
    '{"spec":{"containers":{}}}',
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [schemaOf('', 'Secret'), '{"data":{"a":"no!"}}', 'illegal base64 data at input byte 2'],
  [
    schemaOf('', 'ResourceQuota'),
    '{"spec":{"hard":{"requests.cpu":"1 cpu"}}}',
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    schemaOf('coordination.k8s.io', 'Lease'),
    '{"spec":{"renewTime":"yesterday"}}',
    'parsing time "yesterday" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "yesterday" as "2006"',
  ],
  [
    deployment,
    '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":true}}}}',
    'json: cannot unmarshal bool into Go value of type int32',
  ],
]
for (const [schema, text, message] of wrong)
  test(`${text} does not decode: ${message}`, () => {
    assert.throws(() => read(schema, text), new DecodeError(message))
  })

const broken: readonly [text: string, message: string][] = [
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['{bad', "invalid character 'b' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['{"a":}', "invalid character '}' looking for beginning of value"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['[-]', "invalid character ']' in numeric literal"],
  ['[1.]', "invalid character ']' after decimal point in numeric literal"],
  ['[01]', "invalid character '1' after array element"],
  ['['.repeat(5000) + ']'.repeat(5000), 'exceeded max depth'],
]
for (const [text, message] of broken)
  test(`${text.slice(0, 20)} is no JSON: ${message}`, () => {
    assert.throws(() => parseBody(text), new DecodeError(`couldn't get version/kind; json parse error: ${message}`))
  })

test('a body says what it is, in strings', () => {
  assert.deepEqual(identify({apiVersion: 'v1'}), {apiVersion: 'v1', kind: ''})
  assert.throws(
    () => identify({kind: 5}),
    new DecodeError(
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
    ),
  )
  assert.throws(
    () => identify([]),
    new DecodeError(
      `couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    ),
  )
})

test('normalizing leaves its input alone and is stable', () => {
  const object = Object.freeze({
    spec: Object.freeze({containers: Object.freeze([{name: 'c', resources: {limits: {cpu: '1000m'}}}])}),
    metadata: {name: 'p'},
  })
  const once = normalize<object>(object, pod)
  assert.deepEqual(normalize(once, pod), once)
  assert.equal(
    JSON.stringify(once),
    '{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]},"status":{}}',
  )
})
