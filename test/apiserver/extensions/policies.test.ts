import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type TestServer, testServer} from '../test-server.ts'
import {install, widgets} from './definitions.ts'

const group = '/apis/admissionregistration.k8s.io/v1'
const configMaps = '/api/v1/namespaces/default/configmaps'

const rulesFor = (resources: string[], more: object = {}) => ({
  resourceRules: [
    {apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources, ...more},
  ],
})

const policy = (spec: object, name = 'p') => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: {name},
  spec: {matchConstraints: rulesFor(['configmaps']), ...spec},
})

const mutation = (spec: object, name = 'm') => ({
  ...policy({reinvocationPolicy: 'Never', ...spec}, name),
  kind: 'MutatingAdmissionPolicy',
})

const bind = async (server: TestServer, made: {kind: string; metadata: {name: string}}, spec: object = {}) => {
  const plural = made.kind === 'ValidatingAdmissionPolicy' ? 'validatingadmissionpolicies' : 'mutatingadmissionpolicies'
  const actions = made.kind === 'ValidatingAdmissionPolicy' ? {validationActions: ['Deny']} : {}
  const post = async (path: string, body: object) => {
    const answer = await server.ask(path, {method: 'POST', body})
    assert.equal(answer.status, 201, answer.text)
  }
  await post(`${group}/${plural}`, made)
  await post(`${group}/${plural.replace(/ies$/, 'ybindings')}`, {
    ...made,
    kind: `${made.kind}Binding`,
    spec: {policyName: made.metadata.name, ...actions, ...spec},
  })
}

interface Failure {
  readonly message: string
  readonly code: number
}

const map = (name: string, more: object = {}) => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name}, ...more})
const create = (server: TestServer, body: object, path = configMaps) =>
  server.ask<Failure & {data?: unknown; metadata: {labels?: unknown}}>(path, {method: 'POST', body})

const denied = (why: string, name = 'a') =>
  `configmaps "${name}" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ${why}`

test('expressions that do not compile are refused when a policy is made', async () => {
  await using server = await testServer()
  const refusal = async (spec: object) => {
    const made = await server.ask<Failure>(`${group}/validatingadmissionpolicies`, {method: 'POST', body: policy(spec)})
    return made.json.message.replace('ValidatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: ', '')
  }
  const ok = {validations: [{expression: 'true'}]}
  assert.equal(
    await refusal({validations: [{expression: 'object.x ++ 1'}]}),
    `spec.validations[0].expression: Invalid value: "object.x ++ 1": compilation failed: ERROR: <input>:1:11: Syntax error: extraneous input '+' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | object.x ++ 1\n | ..........^`,
  )
  assert.equal(
    await refusal({validations: [{expression: 'params.x == 1'}]}),
    `spec.validations[0].expression: Invalid value: "params.x == 1": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x == 1\n | ^`,
  )
  assert.equal(
    await refusal({validations: [{expression: 'object.metadata.name'}]}),
    'spec.validations[0].expression: Invalid value: "object.metadata.name": must evaluate to bool but got dyn',
  )
  assert.equal(
    await refusal({...ok, variables: [{name: 'a', expression: 'variables.b'}]}),
    `spec.variables[0].expression: Invalid value: "variables.b": compilation failed: ERROR: <input>:1:10: undefined field 'b'\n | variables.b\n | .........^`,
  )
  assert.equal(
    await refusal({...ok, matchConditions: [{name: 'a', expression: '1'}]}),
    'spec.matchConditions[0].expression: Invalid value: "1": must evaluate to bool but got int',
  )
  assert.equal(
    await refusal({...ok, auditAnnotations: [{key: 'k', valueExpression: '1'}]}),
    'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
  )
})

test('what goes wrong while an expression runs refuses, or not, as failurePolicy says', async () => {
  await using server = await testServer()
  await bind(server, policy({validations: [{expression: 'object.data.missing == "x"'}]}))
  const {json} = await create(server, map('a', {data: {k: 'v'}}))
  assert.equal(json.message, denied(`expression 'object.data.missing == "x"' resulted in error: no such key: missing`))
  await server.ask(`${group}/validatingadmissionpolicies/p`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {spec: {failurePolicy: 'Ignore'}},
  })
  assert.equal((await create(server, map('a', {data: {k: 'v'}}))).status, 201)
})

test('a variable that fails is named, and conditions keep a policy from being asked', async () => {
  await using server = await testServer()
  await bind(
    server,
    policy({
      matchConditions: [{name: 'only-bad', expression: "object.metadata.name.startsWith('bad')"}],
      variables: [{name: 'v', expression: 'object.data.x'}],
      validations: [{expression: 'variables.v == "1"'}],
    }),
  )
  assert.equal((await create(server, map('good'))).status, 201)
  assert.equal(
    (await create(server, map('bad', {data: {}}))).json.message,
    denied(
      `expression 'variables.v == "1"' resulted in error: composited variable "v" fails to evaluate: no such key: data`,
      'bad',
    ),
  )
})

test('a policy may warn instead, ask the authorizer and look at the namespace', async () => {
  await using server = await testServer()
  await bind(
    server,
    policy({
      validations: [
        {
          expression:
            "authorizer.group('').resource('secrets').namespace('default').check('get').allowed() && authorizer.requestResource.check('delete').allowed() && namespaceObject.metadata.name == 'default'",
        },
        {expression: "request.userInfo.username != 'admin'", message: 'no admins'},
      ],
    }),
    {validationActions: ['Warn', 'Audit']},
  )
  const made = await create(server, map('a'))
  assert.equal(made.status, 201)
  assert.deepEqual(
    made.headers.warning,
    `299 - "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': no admins"`,
  )
})

test('parameters are chosen by selector, and their absence is denied or allowed', async () => {
  await using server = await testServer()
  const labelled = (name: string, most: string) => ({
    ...map(name, {data: {most}}),
    metadata: {name, labels: {limits: 'yes'}},
  })
  const spec = (parameterNotFoundAction: string) => ({
    paramRef: {selector: {matchLabels: {limits: 'yes'}}, parameterNotFoundAction},
    matchResources: {namespaceSelector: {}, objectSelector: {matchLabels: {checked: 'yes'}}},
  })
  const made = policy({
    paramKind: {apiVersion: 'v1', kind: 'ConfigMap'},
    validations: [
      {expression: 'object.data.size() <= int(params.data.most)', messageExpression: "'at most ' + params.data.most"},
    ],
  })
  await bind(server, made, spec('Deny'))
  const checked = {...map('a', {data: {x: '', y: '', z: ''}}), metadata: {name: 'a', labels: {checked: 'yes'}}}
  assert.equal(
    (await create(server, checked)).json.message,
    denied('failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'),
  )
  await create(server, labelled('l1', '5'))
  assert.equal((await create(server, {...checked, metadata: {...checked.metadata, name: 'b'}})).status, 201)
  await create(server, labelled('l2', '2'))
  assert.equal((await create(server, checked)).json.message, denied('at most 2'))
})

test('a policy about one version hears of objects in others, converted', async () => {
  await using server = await testServer()
  const crd = widgets({type: 'object', properties: {spec: {type: 'object', properties: {n: {type: 'integer'}}}}})
  const [first] = crd.spec.versions
  crd.spec.versions.push({...first, name: 'v2', storage: false} as never)
  await install(server, crd)
  const rule = {apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['widgets']}
  const validations = [{expression: "object.apiVersion == 'example.com/v1' && request.requestKind.version == 'v1'"}]
  await bind(server, policy({matchConstraints: {resourceRules: [rule]}, validations}))
  const widget = {apiVersion: 'example.com/v2', kind: 'Widget', metadata: {name: 'w'}, spec: {n: 1}}
  const path = '/apis/example.com/v2/namespaces/default/widgets'
  assert.match((await create(server, widget, path)).json.message, /failed expression: object.apiVersion/)
  await bind(server, policy({matchConstraints: {resourceRules: [rule], matchPolicy: 'Exact'}, validations}, 'q'))
  await server.ask(`${group}/validatingadmissionpolicies/p`, {method: 'DELETE'})
  assert.equal((await create(server, widget, path)).status, 201)
})

test('mutations are run again when a later one changed something, if they asked for it', async () => {
  await using server = await testServer()
  const patch = (expression: string) => ({mutations: [{patchType: 'JSONPatch', jsonPatch: {expression}}]})
  const counting = `[JSONPatch{op: 'add', path: '/metadata/labels', value: Object.metadata.labels{count: has(object.metadata.labels) ? object.metadata.labels.count + 'x' : 'x', late: has(object.data) ? 'yes' : 'no'}}]`
  await bind(server, mutation({reinvocationPolicy: 'IfNeeded', ...patch(counting)}, 'a'))
  await bind(
    server,
    mutation(patch(`has(object.data) ? [] : [JSONPatch{op: 'add', path: '/data', value: {'k': 'v'}}]`), 'b'),
  )
  const made = await create(server, map('a'))
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(made.json.metadata.labels, {count: 'xx', late: 'yes'})
})

test('a mutation that cannot be done is refused with its policy and binding', async () => {
  await using server = await testServer()
  const mutations = [{patchType: 'JSONPatch', jsonPatch: {expression: `[JSONPatch{op: 'remove', path: '/data/x'}]`}}]
  await bind(server, mutation({mutations}))
  assert.match(
    (await create(server, map('a'))).json.message,
    /^configmaps "a" is forbidden: policy 'm' with binding 'm' denied request: JSON Patch: /,
  )
})

test('what a mutation adds gets the defaults that it would have got from its sender', async () => {
  await using server = await testServer()
  const expression =
    'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "side", image: "i", restartPolicy: "Always"}]}}'
  const mutations = [{patchType: 'ApplyConfiguration', applyConfiguration: {expression}}]
  await bind(server, mutation({matchConstraints: rulesFor(['pods']), mutations}))
  const body = {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p'}, spec: {containers: [{name: 'c', image: 'i'}]}}
  await server.ask('/api/v1/namespaces/default/serviceaccounts', {
    method: 'POST',
    body: {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'default'}},
  })
  const made = await server.ask<{spec: {initContainers: {terminationMessagePolicy: string}[]}}>(
    '/api/v1/namespaces/default/pods',
    {method: 'POST', body},
  )
  assert.equal(made.status, 201, made.text)
  assert.equal(made.json.spec.initContainers[0]?.terminationMessagePolicy, 'File')
})

test('rules that cover what others say already are refused, in the order of the real server', async () => {
  await using server = await testServer()
  const refused = await server.ask<Failure>(`${group}/validatingadmissionpolicies`, {
    method: 'POST',
    body: policy({
      failurePolicy: 'Never',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['', '*'],
            apiVersions: ['v1'],
            operations: ['READ'],
            resources: ['pods/*', 'pods/log', '*', 'pods'],
          },
        ],
      },
      validations: [{expression: ' ', message: 'a\nb'}],
      auditAnnotations: [{key: 'a b', valueExpression: '1'}],
    }),
  })
  const at = 'spec.matchConstraints.resourceRules[0]'
  assert.deepEqual(
    (refused.json as unknown as {details: {causes: {field: string}[]}}).details.causes.map(({field}) => field),
    [
      'spec.failurePolicy',
      `${at}.operations[0]`,
      `${at}.apiGroups`,
      `${at}.resources[1]`,
      `${at}.resources`,
      'spec.validations[0].expression',
      'spec.validations[0].message',
      'spec.auditAnnotations[0].key',
      'spec.auditAnnotations[0].valueExpression',
    ],
  )
})

test('parameters of a custom kind come in the version that the policy names', async () => {
  await using server = await testServer()
  const crd = widgets({type: 'object', properties: {spec: {type: 'object', properties: {most: {type: 'integer'}}}}})
  const [first] = crd.spec.versions
  crd.spec.versions.push({...first, name: 'v2', storage: false} as never)
  await install(server, crd)
  const widget = {apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name: 'w'}, spec: {most: 1}}
  await create(server, widget, '/apis/example.com/v1/namespaces/default/widgets')
  const made = policy({
    paramKind: {apiVersion: 'example.com/v2', kind: 'Widget'},
    validations: [{expression: "params.apiVersion == 'example.com/v2' && object.data.size() <= params.spec.most"}],
  })
  await bind(server, made, {paramRef: {name: 'w', namespace: 'default', parameterNotFoundAction: 'Deny'}})
  assert.equal((await create(server, map('a', {data: {x: ''}}))).status, 201)
  assert.equal((await create(server, map('b', {data: {x: '', y: ''}}))).status, 422)
})
