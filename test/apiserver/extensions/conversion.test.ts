import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {KubeObject} from '../../../src/api/object.ts'
import {type TestServer, testServer} from '../test-server.ts'
import {definitions, eventually, install, widgets} from './definitions.ts'
import {webhookServer} from './webhook-server.ts'

interface Review {
  readonly request: {readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly Widget[]}
}

interface Widget extends KubeObject {
  spec?: {host?: string; port?: number; hostPort?: string}
}

const v1 = '/apis/example.com/v1/namespaces/default/widgets'
const v2 = '/apis/example.com/v2/namespaces/default/widgets'

/** v1 has `hostPort`, v2 has `host` and `port`. */
const convert = (object: Widget, apiVersion: string): Widget => {
  const {host = '', port = 0, hostPort = ''} = object.spec ?? {}
  const [name = '', number = '0'] = hostPort.split(':')
  return {
    ...object,
    apiVersion,
    spec: apiVersion.endsWith('v1') ? {hostPort: `${host}:${port}`} : {host: name, port: Number(number)},
  }
}

const answered = ({request}: Review, convertedObjects: unknown, result: object = {status: 'Success'}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'ConversionReview',
  response: {uid: request.uid, result, convertedObjects},
})

const faithful = (review: Review) =>
  answered(
    review,
    review.request.objects.map((object) => convert(object, review.request.desiredAPIVersion)),
  )

const definition = (clientConfig: object) => {
  const crd = widgets({type: 'object', properties: {spec: {type: 'object', properties: {hostPort: {type: 'string'}}}}})
  const properties = {host: {type: 'string'}, port: {type: 'integer'}}
  const second = {
    name: 'v2',
    served: true,
    storage: false,
    selectableFields: [{jsonPath: '.spec.host'}],
    schema: {openAPIV3Schema: {type: 'object', properties: {spec: {type: 'object', properties}}}},
  }
  const versions = [...crd.spec.versions, second]
  const conversion = {strategy: 'Webhook', webhook: {clientConfig, conversionReviewVersions: ['v1']}}
  return {...crd, spec: {...crd.spec, versions, conversion}}
}

const widget = (version: string, name: string, spec: object) => ({
  apiVersion: `example.com/${version}`,
  kind: 'Widget',
  metadata: {name},
  spec,
})

const specAt = async (server: TestServer, path: string) => (await server.ask<Widget>(path)).json.spec

test('objects are read, written, listed, selected and watched in each version through the webhook', async () => {
  await using hook = await webhookServer(faithful)
  await using server = await testServer()
  await install(server, definition(hook.clientConfig))
  const watched: Promise<string> = server.ask(`${v2}?watch=1&timeoutSeconds=1`).then(({text}) => text)
  const made = await server.ask<Widget>(v2, {method: 'POST', body: widget('v2', 'a', {host: 'h', port: 1})})
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(made.json.spec, {host: 'h', port: 1})
  await server.ask(v1, {method: 'POST', body: widget('v1', 'b', {hostPort: 'i:2'})})
  assert.deepEqual(await specAt(server, `${v1}/a`), {hostPort: 'h:1'})
  assert.deepEqual(await specAt(server, `${v2}/b`), {host: 'i', port: 2})
  const before = hook.asked.length
  const list = await server.ask<{items: Widget[]}>(v2)
  assert.deepEqual(
    list.json.items.map(({spec}) => spec?.host),
    ['h', 'i'],
  )
  assert.ok(hook.asked.length <= before + 1, 'a list is converted at once')
  const selected = await server.ask<{items: Widget[]}>(`${v2}?fieldSelector=spec.host=i`)
  assert.deepEqual(
    selected.json.items.map(({metadata}) => metadata?.name),
    ['b'],
  )
  const patched = await server.ask<Widget>(`${v2}/b`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {spec: {port: 3}},
  })
  assert.deepEqual(patched.json.spec, {host: 'i', port: 3})
  const applied = await server.ask<Widget>(`${v2}/b?fieldManager=m&force=true`, {
    method: 'PATCH',
    headers: {'content-type': 'application/apply-patch+yaml'},
    body: widget('v2', 'b', {host: 'j'}),
  })
  assert.deepEqual(applied.json.spec, {host: 'j', port: 3})
  assert.deepEqual(await specAt(server, `${v1}/b`), {hostPort: 'j:3'})
  const hosts = (await watched)
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as {object: Widget}).object.spec?.host)
  assert.deepEqual(hosts, ['h', 'i', 'i', 'j'])
})

test('what is wrong with a conversion is said in the words of Kubernetes', async () => {
  let answer: (review: Review) => unknown = faithful
  await using hook = await webhookServer((review: Review) => answer(review))
  await using server = await testServer()
  await install(server, definition(hook.clientConfig))
  await server.ask(v1, {method: 'POST', body: widget('v1', 'a', {hostPort: 'h:1'})})
  const failure = async (next: typeof answer): Promise<string> => {
    // Each read is of bytes that were not converted yet.
    answer = faithful
    await server.ask(`${v1}/a`, {
      method: 'PATCH',
      headers: {'content-type': 'application/merge-patch+json'},
      body: {spec: {hostPort: `h:${Math.random()}`}},
    })
    answer = next
    const {status, json} = await server.ask<{message: string}>(`${v2}/a`)
    assert.equal(status, 500)
    return json.message
  }
  const about = 'conversion webhook for example.com/v1, Kind=Widget'
  assert.equal(
    await failure((review) => answered(review, [], {status: 'Failed', message: 'no way'})),
    `${about} failed: no way`,
  )
  assert.equal(
    await failure((review) => answered(review, [], {status: 'Failed'})),
    `${about} failed: response.result.status was 'Failed', not 'Success'`,
  )
  assert.equal(await failure((review) => answered(review, [])), `${about} returned 0 objects, expected 1`)
  const changed = (change: (object: Widget) => Widget) => (review: Review) =>
    answered(
      review,
      review.request.objects.map((object) => change(convert(object, 'example.com/v2'))),
    )
  assert.equal(
    await failure(changed((object) => ({...object, apiVersion: 'example.com/v3'}))),
    `${about} returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v3)`,
  )
  assert.equal(
    await failure(changed((object) => ({...object, metadata: {...object.metadata, name: 'z'}}))),
    `${about} returned invalid object: must have the same name: a != z`,
  )
  assert.equal(
    await failure(changed((object) => ({...object, metadata: {...object.metadata, labels: {'-': 'x'}}}))),
    `${about} returned invalid metadata: metadata.labels: Invalid value: "-": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  )
  assert.equal(
    await failure(() => 'x'),
    `${about} failed: couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value`,
  )
})

test('a conversion keeps all metadata but labels and annotations', async () => {
  await using hook = await webhookServer((review: Review) =>
    answered(
      review,
      review.request.objects.map((object) => ({
        ...convert(object, review.request.desiredAPIVersion),
        metadata: {...object.metadata, labels: {by: 'hook'}, finalizers: ['example.com/x'], generation: 77},
      })),
    ),
  )
  await using server = await testServer()
  await install(server, definition(hook.clientConfig))
  await server.ask(v1, {method: 'POST', body: widget('v1', 'a', {hostPort: 'h:1'})})
  const {json} = await server.ask<Widget>(`${v2}/a`)
  assert.deepEqual(
    [json.metadata?.labels, json.metadata?.finalizers, json.metadata?.generation],
    [{by: 'hook'}, undefined, 1],
  )
})

test('a webhook behind a service that does not exist is named', async () => {
  await using server = await testServer()
  await install(server, definition({service: {namespace: 'default', name: 'hook', path: '/convert'}}))
  const {json, status} = await server.ask<{message: string}>(v2, {method: 'POST', body: widget('v2', 'a', {host: 'h'})})
  assert.equal(status, 500)
  assert.equal(
    json.message,
    'conversion webhook for example.com/v2, Kind=Widget failed: Post "https://hook.default.svc:443/convert?timeout=30s": service "hook" not found',
  )
})

test('after the storage version changed, any write brings an object into it', async () => {
  await using hook = await webhookServer(faithful)
  await using server = await testServer()
  const crd = definition(hook.clientConfig)
  await install(server, crd)
  await server.ask(v1, {method: 'POST', body: widget('v1', 'a', {hostPort: 'h:1'})})
  const versions = crd.spec.versions.map((version) => ({...version, storage: version.name === 'v2'}))
  const changed = await server.ask<{status: {storedVersions: string[]}}>(`${definitions}/widgets.example.com`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {spec: {versions}},
  })
  assert.deepEqual(changed.json.status.storedVersions, ['v1', 'v2'])
  const stored = () =>
    (JSON.parse(server.store.get('/registry/example.com/widgets/default/a')?.value.toString('utf8') ?? '{}') as Widget)
      .apiVersion
  assert.equal(stored(), 'example.com/v1')
  const same = async () => {
    const {json} = await server.ask<Widget>(`${v1}/a`)
    return server.ask(`${v1}/a`, {method: 'PUT', body: json})
  }
  await eventually(
    async () => {
      const {status} = await same()
      assert.equal(status, 200)
      return stored()
    },
    (version) => version === 'example.com/v2',
  )
  assert.deepEqual(await specAt(server, `${v1}/a`), {hostPort: 'h:1'})
  const drop = (storedVersions: string[]) =>
    server.ask<{message: string}>(`${definitions}/widgets.example.com/status`, {
      method: 'PATCH',
      headers: {'content-type': 'application/merge-patch+json'},
      body: {status: {storedVersions}},
    })
  assert.equal((await drop(['v2'])).status, 200)
})
