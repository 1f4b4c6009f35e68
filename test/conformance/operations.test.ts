// The "should support ... API operations" of every kind: each resource the server discovers is walked through its life.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {after, before, test} from 'node:test'
import {loadAll} from 'js-yaml'
import type {KubeList, KubeObject, Stored, WatchEvent} from '../../src/api/object.ts'
import type {APIGroupList, APIResource, APIResourceList, Status} from '../../src/api/schema/types.gen.ts'
import {type Answered, type Asking, type TestServer, testServer} from '../apiserver/test-server.ts'
import {certificateRequest} from '../helpers/certificate-request.ts'

type StoredObject = Stored<KubeObject>

const file = new URL('../fixtures/one-of-each.yaml', import.meta.url)
const text = readFileSync(file, 'utf8').replace('CERTIFICATE_REQUEST', await certificateRequest())
const samples = loadAll(text) as KubeObject[]

let api: TestServer
before(async () => {
  api = await testServer()
})
after(() => api[Symbol.asyncDispose]())

const groupVersions = async (): Promise<string[]> => {
  const groups = (await api.ask<APIGroupList>('/apis')).json.groups
  return ['v1', ...groups.flatMap(({versions}) => versions.map(({groupVersion}) => groupVersion))]
}
/** Events name the namespace they are in. */
const inNamespace = (sample: KubeObject, namespace: string): KubeObject =>
  JSON.parse(JSON.stringify(sample).replace('"NAMESPACE"', JSON.stringify(namespace)))
const rootOf = (groupVersion: string): string => (groupVersion.includes('/') ? '/apis/' : '/api/') + groupVersion

const merge = {'content-type': 'application/merge-patch+json'}

/** A namespace for each walk: two versions of a kind are the same objects. */
const namespaceFor = async (name: string): Promise<void> => {
  await api.ask('/api/v1/namespaces', {method: 'POST', body: {metadata: {name}}})
  await api.ask(`/api/v1/namespaces/${name}/serviceaccounts`, {method: 'POST', body: {metadata: {name: 'default'}}})
}

/** One kind's life. Throws at the first thing that is not as it should be. */
const walk = async (template: KubeObject, resource: APIResource, subresources: readonly string[]): Promise<void> => {
  const root = rootOf(String(template.apiVersion))
  const all = `${root}/${resource.name}`
  const mark = `${String(template.apiVersion).replaceAll(/[./]/g, '-')}-${resource.name}`.slice(-60).replace(/^-/, '')
  await namespaceFor(mark)
  const sample = inNamespace(template, mark)
  const collection = resource.namespaced ? `${root}/namespaces/${mark}/${resource.name}` : all
  const labelled = {metadata: {labels: {walked: mark}}}
  const name = String(sample.metadata?.name)
  const one = `${collection}/${name}`
  const expect = async <T>(status: number, path: string, asking?: Asking): Promise<Answered<T>> => {
    const answer = await api.ask<T>(path, asking)
    assert.equal(answer.status, status, `${asking?.method ?? 'GET'} ${path}: ${answer.text.slice(0, 600)}`)
    return answer
  }

  const strict = {...sample, unheardOf: 1}
  const unknown = await expect<Status>(400, `${collection}?fieldValidation=Strict`, {method: 'POST', body: strict})
  assert.match(unknown.json.message ?? '', /strict decoding error: unknown field "unheardOf"/)
  await expect(201, `${collection}?dryRun=All`, {method: 'POST', body: sample})
  await expect(404, one)
  const {json: created} = await expect<StoredObject>(201, collection, {method: 'POST', body: sample})
  assert.equal(created.kind, resource.kind)
  assert.equal(created.apiVersion, sample.apiVersion)
  assert.ok(created.metadata.uid && created.metadata.creationTimestamp)
  const again = await expect<Status>(409, collection, {method: 'POST', body: sample})
  assert.equal(again.json.reason, 'AlreadyExists')
  assert.equal((await expect<StoredObject>(200, one)).json.metadata.uid, created.metadata.uid)

  const {json: labelledObject} = await expect<StoredObject>(200, one, {method: 'PATCH', headers: merge, body: labelled})
  assert.equal(labelledObject.metadata.labels?.walked, mark)
  for (const path of [collection, all]) {
    const {json: list} = await expect<KubeList<StoredObject>>(200, `${path}?labelSelector=walked%3D${mark}`)
    assert.deepEqual(
      list.items.map(({metadata}) => metadata.uid),
      [created.metadata.uid],
    )
    const byName = await expect<KubeList<StoredObject>>(200, `${path}?fieldSelector=metadata.name%3D${name}`)
    assert.ok(byName.json.items.some(({metadata}) => metadata.uid === created.metadata.uid))
  }
  const asTable = {headers: {accept: 'application/json;as=Table;v=v1;g=meta.k8s.io'}}
  const {json: table} = await expect<{kind: string; rows: {cells: unknown[]}[]}>(200, one, asTable)
  assert.equal(table.kind, 'Table')
  assert.ok(table.rows[0]?.cells.includes(name) || resource.kind === 'Event')
  const asMetadata = {headers: {accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'}}
  assert.equal((await expect<KubeObject>(200, one, asMetadata)).json.kind, 'PartialObjectMetadata')

  const changed = {...labelledObject, metadata: {...labelledObject.metadata, annotations: {put: 'yes'}}}
  const {json: put} = await expect<StoredObject>(200, one, {method: 'PUT', body: changed})
  assert.equal(put.metadata.annotations?.put, 'yes')
  const stale = await expect<Status>(409, one, {
    method: 'PUT',
    body: {...changed, metadata: {...changed.metadata, annotations: {put: 'no'}}},
  })
  assert.equal(stale.json.reason, 'Conflict')

  const apply = {'content-type': 'application/apply-patch+yaml'}
  const intent = {apiVersion: sample.apiVersion, kind: sample.kind, metadata: {name, labels: {applied: 'yes'}}}
  const {json: applied} = await expect<StoredObject>(200, `${one}?fieldManager=walker`, {
    method: 'PATCH',
    headers: apply,
    body: intent,
  })
  assert.ok(
    applied.metadata.managedFields?.some(({manager, operation}) => manager === 'walker' && operation === 'Apply'),
  )

  if (subresources.includes('status')) {
    const {json: before} = await expect<StoredObject>(200, `${one}/status`)
    assert.equal(before.kind, resource.kind)
    await expect(200, `${one}/status`, {
      method: 'PATCH',
      headers: merge,
      body: {metadata: {annotations: {status: 'yes'}}},
    })
    const {json: fresh} = await expect<StoredObject>(200, `${one}/status`)
    await expect(200, `${one}/status`, {method: 'PUT', body: fresh})
  }
  if (subresources.includes('scale')) {
    const {json: scale} = await expect<KubeObject & {spec: object}>(200, `${one}/scale`)
    assert.equal(scale.kind, 'Scale')
    await expect(200, `${one}/scale`, {method: 'PUT', body: {...scale, spec: {replicas: 3}}})
    const patched = await expect<{spec: {replicas?: number}}>(200, `${one}/scale`, {
      method: 'PATCH',
      headers: merge,
      body: {spec: {replicas: 4}},
    })
    assert.equal(patched.json.spec.replicas, 4)
  }

  await expect(200, `${one}?dryRun=All`, {method: 'DELETE'})
  await expect(200, one)
  if (resource.verbs.includes('deletecollection')) {
    await expect(200, `${collection}?labelSelector=walked%3Dno`, {method: 'DELETE'})
    await expect(200, one)
    await expect(200, `${collection}?labelSelector=walked%3D${mark}&gracePeriodSeconds=0`, {method: 'DELETE'})
  } else await expect(200, one, {method: 'DELETE'})
  const {status, text: left} = await api.ask(one)
  if (status === 200) assert.ok((JSON.parse(left) as StoredObject).metadata.deletionTimestamp, `${one} is still there`)
  else assert.equal(status, 404)

  const watched = `${collection}?watch=1&timeoutSeconds=1&resourceVersion=${Number(created.metadata.resourceVersion) - 1}&fieldSelector=metadata.name%3D${name}`
  const lines = (await expect(200, watched)).text.trim().split('\n')
  const types = lines.map((line) => (JSON.parse(line) as WatchEvent<StoredObject>).type)
  assert.equal(types[0], 'ADDED')
  assert.equal(types[1], 'MODIFIED')
  if (status === 404) assert.equal(types.at(-1), 'DELETED')
}

/** Older and newer versions of a kind take the same sample; the two groups of events have fields of their own. */
const isOf = ({kind, apiVersion}: KubeObject, groupVersion: string): boolean =>
  kind !== 'Event' || apiVersion === groupVersion

test('every resource of every group can be created, read, changed, watched and deleted', {
  concurrency: 64,
}, async (context) => {
  const missing: string[] = []
  const walks: {groupVersion: string; resource: APIResource; sample: KubeObject; subresources: string[]}[] = []
  for (const groupVersion of await groupVersions()) {
    const {json: list} = await api.ask<APIResourceList>(rootOf(groupVersion))
    for (const resource of list.resources) {
      if (resource.name.includes('/') || !resource.verbs.includes('watch')) continue
      const sample = samples.find((it) => it.kind === resource.kind && isOf(it, groupVersion))
      if (!sample) {
        missing.push(`${groupVersion} ${resource.kind}`)
        continue
      }
      const subresources = list.resources
        .map(({name}) => name.split('/'))
        .filter(([of]) => of === resource.name)
        .map(([, sub]) => sub ?? '')
      walks.push({groupVersion, resource, subresources, sample: {...sample, apiVersion: groupVersion}})
    }
  }
  assert.deepEqual(missing, [], 'kinds without a sample in test/fixtures/one-of-each.yaml')
  const walkOne = ({groupVersion, resource, sample, subresources}: (typeof walks)[number]): Promise<void> =>
    context.test(`${resource.name} of ${groupVersion}`, () => walk(sample, resource, subresources))
  await Promise.all(walks.map(walkOne))
})
