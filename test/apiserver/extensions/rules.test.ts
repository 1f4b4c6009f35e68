import assert from 'node:assert/strict'
import {test} from 'node:test'
import {testServer} from '../test-server.ts'
import {eventually, install, path, widget, widgets} from './definitions.ts'

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': [
        {rule: 'self.min <= self.max'},
        {
          rule: 'self.min == oldSelf.min',
          message: 'min is immutable',
          fieldPath: '.min',
          reason: 'FieldValueForbidden',
        },
        {rule: 'self.max < 100', messageExpression: "'max is %d'.format([self.max])"},
      ],
      properties: {min: {type: 'integer'}, max: {type: 'integer'}},
    },
  },
}

test('rules of a schema are kept, in the words of the real server', async () => {
  await using server = await testServer()
  await install(server, widgets(schema))
  const post = (spec: object) => server.ask<{message: string}>(path, {method: 'POST', body: widget('a', spec)})
  assert.equal(
    (await post({min: 3, max: 2})).json.message,
    'Widget.example.com "a" is invalid: spec: Invalid value: "object": failed rule: self.min <= self.max',
  )
  assert.match((await post({min: 3, max: 200})).json.message, /spec: Invalid value: "object": max is 200$/)
  assert.equal((await post({min: 1, max: 2})).status, 201)
  const changed = await server.ask<{message: string}>(`${path}/a`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {spec: {min: 2}},
  })
  assert.equal(changed.json.message, 'Widget.example.com "a" is invalid: spec.min: Forbidden: min is immutable')
})

const group = '/apis/admissionregistration.k8s.io/v1'
const about = {
  resourceRules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps']}],
}

const policy = (kind: string, spec: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: {name: 'p'},
  spec,
})

test('a validating policy refuses, with parameters and variables', async () => {
  await using server = await testServer()
  const configMaps = '/api/v1/namespaces/default/configmaps'
  const map = (name: string, data: object) => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name}, data})
  await server.ask(configMaps, {method: 'POST', body: map('limits', {most: '2'})})
  const made = await server.ask(`${group}/validatingadmissionpolicies`, {
    method: 'POST',
    body: policy('ValidatingAdmissionPolicy', {
      paramKind: {apiVersion: 'v1', kind: 'ConfigMap'},
      matchConstraints: about,
      variables: [{name: 'count', expression: 'has(object.data) ? object.data.size() : 0'}],
      validations: [{expression: 'variables.count <= int(params.data.most)', message: 'too many'}],
    }),
  })
  assert.equal(made.status, 201, made.text)
  await server.ask(`${group}/validatingadmissionpolicybindings`, {
    method: 'POST',
    body: policy('ValidatingAdmissionPolicyBinding', {
      policyName: 'p',
      validationActions: ['Deny'],
      paramRef: {name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny'},
    }),
  })
  const refused = await server.ask<{message: string; code: number}>(configMaps, {
    method: 'POST',
    body: map('a', {a: '1', b: '2', c: '3'}),
  })
  assert.equal(
    refused.json.message,
    `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: too many`,
  )
  assert.equal(refused.json.code, 422)
  assert.equal((await server.ask(configMaps, {method: 'POST', body: map('a', {a: '1'})})).status, 201)
})

test('a mutating policy applies and patches', async () => {
  await using server = await testServer()
  await server.ask(`${group}/mutatingadmissionpolicies`, {
    method: 'POST',
    body: policy('MutatingAdmissionPolicy', {
      matchConstraints: about,
      reinvocationPolicy: 'Never',
      mutations: [
        {
          patchType: 'ApplyConfiguration',
          applyConfiguration: {expression: 'Object{metadata: Object.metadata{labels: {"x": "y"}}}'},
        },
        {
          patchType: 'JSONPatch',
          jsonPatch: {expression: '[JSONPatch{op: "add", path: "/data", value: {"k": object.metadata.labels.x}}]'},
        },
      ],
    }),
  })
  await server.ask(`${group}/mutatingadmissionpolicybindings`, {
    method: 'POST',
    body: policy('MutatingAdmissionPolicyBinding', {policyName: 'p'}),
  })
  const {json} = await eventually(
    () =>
      server.ask<{metadata: {labels: unknown}; data: unknown}>('/api/v1/namespaces/default/configmaps', {
        method: 'POST',
        body: {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'm'}},
      }),
    ({status}) => status === 201,
  )
  assert.deepEqual(json.metadata.labels, {x: 'y'})
  assert.deepEqual(json.data, {k: 'y'})
})
