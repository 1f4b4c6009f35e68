import assert from 'node:assert/strict'
import {test} from 'node:test'
import {testServer} from '../test-server.ts'
import {definitions, eventually, install, path, widget, widgets} from './definitions.ts'

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: {type: 'integer', minimum: 0},
        color: {type: 'string', default: 'red'},
        ports: {
          type: 'array',
          items: {type: 'object', properties: {name: {type: 'string'}, n: {type: 'integer'}}, required: ['name']},
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
      },
    },
    status: {type: 'object', properties: {phase: {type: 'string'}}},
  },
}

interface Widget {
  readonly metadata: {readonly generation: number; readonly resourceVersion: string}
  readonly spec: Record<string, unknown>
  readonly status?: unknown
}

test('a custom kind is served as soon as its definition is established', async () => {
  await using server = await testServer()
  await install(server, widgets(schema, {subresources: {status: {}}}))
  const made = await server.ask<Widget>(path, {
    method: 'POST',
    body: {...widget('a', {size: 1, extra: 1}), status: {phase: 'x'}},
  })
  assert.equal(made.status, 201)
  assert.deepEqual(made.json.spec, {color: 'red', size: 1})
  assert.equal(made.json.status, undefined)
  assert.match(String(made.headers.warning), /unknown field \\"spec.extra\\"/)
  const {json} = await server.ask<{resources: {name: string}[]}>('/apis/example.com/v1')
  assert.deepEqual(
    json.resources.map(({name}) => name),
    ['widgets', 'widgets/status'],
  )
})

test('values that do not fit the schema are refused, but not where an update leaves them as they were', async () => {
  await using server = await testServer()
  await install(server, widgets(schema))
  const bad = await server.ask<{message: string}>(path, {method: 'POST', body: widget('a', {size: -1})})
  assert.equal(
    bad.json.message,
    'Widget.example.com "a" is invalid: spec.size: Invalid value: -1: spec.size in body should be greater than or equal to 0',
  )
  await server.ask(path, {method: 'POST', body: widget('a', {size: 1})})
  const crd = await server.ask<{spec: {versions: {schema: object}[]}}>(`${definitions}/widgets.example.com`)
  const stricter = structuredClone(crd.json)
  Object.assign(stricter.spec.versions[0] ?? {}, {
    schema: {
      openAPIV3Schema: {
        ...schema,
        properties: {
          spec: {type: 'object', properties: {size: {type: 'integer', minimum: 5}, color: {type: 'string'}}},
        },
      },
    },
  })
  const put = await server.ask(`${definitions}/widgets.example.com`, {method: 'PUT', body: stricter})
  assert.equal(put.status, 200, put.text)
  const patch = (spec: object) =>
    server.ask(`${path}/a`, {method: 'PATCH', headers: {'content-type': 'application/merge-patch+json'}, body: {spec}})
  await eventually(
    () => patch({size: 2}),
    ({status}) => status === 422,
  )
  assert.equal((await patch({color: 'blue'})).status, 200)
})

test('deleting a definition deletes its objects first and waits for their finalizers', async () => {
  await using server = await testServer()
  await install(server, widgets(schema))
  await server.ask(path, {method: 'POST', body: widget('a', {})})
  const held = {...widget('b', {}), metadata: {name: 'b', finalizers: ['example.com/wait']}}
  await server.ask(path, {method: 'POST', body: held})
  await server.ask(`${definitions}/widgets.example.com`, {method: 'DELETE'})
  await eventually(
    () => server.ask(`${path}/a`),
    ({status}) => status === 404,
  )
  assert.equal((await server.ask(path, {method: 'POST', body: widget('c', {})})).status, 405)
  assert.equal((await server.ask(`${definitions}/widgets.example.com`)).status, 200)
  await server.ask(`${path}/b`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {metadata: {finalizers: null}},
  })
  await eventually(
    () => server.ask(`${definitions}/widgets.example.com`),
    ({status}) => status === 404,
  )
  await eventually(
    () => server.ask(path),
    ({status}) => status === 404,
  )
})

test('versions without conversion show the same object under their own name', async () => {
  await using server = await testServer()
  const crd = widgets(schema)
  const [first] = crd.spec.versions
  crd.spec.versions.push({...first, name: 'v2', storage: false} as never)
  await install(server, crd)
  await server.ask(path, {method: 'POST', body: widget('a', {size: 3})})
  const {json} = await server.ask<{apiVersion: string; spec: unknown}>(
    '/apis/example.com/v2/namespaces/default/widgets/a',
  )
  assert.equal(json.apiVersion, 'example.com/v2')
  assert.deepEqual(json.spec, {color: 'red', size: 3})
})

test('a schema that is not structural is refused', async () => {
  await using server = await testServer()
  const refusal = async (properties: object) =>
    (await server.ask<{message: string}>(definitions, {method: 'POST', body: widgets({type: 'object', properties})}))
      .json.message
  const prefix =
    'CustomResourceDefinition.apiextensions.k8s.io "widgets.example.com" is invalid: spec.validation.openAPIV3Schema'
  assert.equal(
    await refusal({spec: {properties: {}}}),
    `${prefix}.properties[spec].type: Required value: must not be empty for specified object fields`,
  )
  assert.equal(
    await refusal({spec: {type: 'array'}}),
    `${prefix}.properties[spec].items: Required value: must be specified`,
  )
})
