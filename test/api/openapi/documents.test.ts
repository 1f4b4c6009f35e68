import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Kind} from '../../../src/api/kind.ts'
import {kinds} from '../../../src/api/kinds/index.ts'
import {createOpenApi} from '../../../src/api/openapi/documents.ts'

interface Operation {
  readonly parameters: readonly {readonly name: string; readonly in: string}[]
  readonly 'x-kubernetes-group-version-kind': object
  readonly 'x-kubernetes-action': string
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: Record<string, {readonly description: string; readonly properties: Record<string, object>}>
  }
}

const openApi = (extra: readonly Kind[] = []) => {
  const all = [...kinds, ...extra]
  return createOpenApi({kinds: () => all, version: 'v1.36.0'})
}
const documentOf = async (path: string, extra: readonly Kind[] = []): Promise<Document> =>
  JSON.parse((await openApi(extra).document(path)) ?? 'null') as Document

test('the index names every group and version with a hash', async () => {
  const {paths} = JSON.parse(await openApi().index()) as {paths: Record<string, {serverRelativeURL: string}>}
  assert.match(paths['apis/apps/v1']?.serverRelativeURL ?? '', /^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/)
  assert.ok('api/v1' in paths)
})

test('a patch operation says for which kind it is and that it can validate fields', async () => {
  const {paths} = await documentOf('apis/apps/v1')
  const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch
  assert.deepEqual(patch?.['x-kubernetes-group-version-kind'], {group: 'apps', version: 'v1', kind: 'Deployment'})
  assert.equal(patch?.['x-kubernetes-action'], 'patch')
  assert.ok(patch?.parameters.some((parameter) => parameter.name === 'fieldValidation' && parameter.in === 'query'))
})

test('every reference of every document leads somewhere', async () => {
  const api = openApi()
  const {paths} = JSON.parse(await api.index()) as {paths: object}
  const texts = await Promise.all(Object.keys(paths).map((path) => api.document(path)))
  for (const text of [...texts, await api.v2()]) {
    const document = JSON.parse(text ?? '') as Partial<Document> & {definitions?: object}
    const known = document.components?.schemas ?? document.definitions ?? {}
    for (const [, name = ''] of (text ?? '').matchAll(/"\$ref":"#\/(?:components\/schemas|definitions)\/([^"]+)"/g))
      assert.ok(name in known, name)
  }
})

test('schemas carry descriptions, merge keys and the words a field may hold', async () => {
  const {schemas} = (await documentOf('api/v1')).components
  assert.deepEqual(schemas['io.k8s.api.core.v1.PodSpec']?.properties.containers, {
    description:
      'List of containers belonging to the pod. Containers cannot currently be added or removed. There must be at least one container in a Pod. Cannot be updated.',
    type: 'array',
    items: {$ref: '#/components/schemas/io.k8s.api.core.v1.Container'},
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  })
  const phase = schemas['io.k8s.api.core.v1.NamespaceStatus']?.properties.phase as {enum: string[]; description: string}
  assert.deepEqual(phase.enum, ['Active', 'Terminating'])
  assert.match(
    phase.description,
    /\n\nPossible enum values:\n - `"Active"` means the namespace is available for use in the system\n/,
  )
})

test('a custom kind is described by its own schema', async () => {
  const [base] = kinds
  assert.ok(base)
  const custom: Kind = {
    ...base,
    custom: true,
    resource: {
      ...base.resource,
      group: 'stable.example.com',
      version: 'v1',
      kind: 'CronTab',
      plural: 'crontabs',
      singular: 'crontab',
    },
    verbs: ['get', 'list', 'patch'],
    subresources: {},
    schema: {
      type: 'object',
      description: 'A table',
      properties: {spec: {type: 'object', properties: {size: {type: 'integer', rules: {minimum: 1}}}}},
    },
  }
  const {components, paths} = await documentOf('apis/stable.example.com/v1', [custom])
  const schema = components.schemas['com.example.stable.v1.CronTab']
  assert.equal(schema?.description, 'A table')
  assert.deepEqual(schema?.properties.spec, {type: 'object', properties: {size: {type: 'integer', minimum: 1}}})
  assert.deepEqual(Object.keys(schema?.properties ?? {}).sort(), ['apiVersion', 'kind', 'metadata', 'spec'])
  assert.equal(Object.keys(paths).length > 0, true)
})

test('there is no document for a group nobody serves', async () => {
  assert.equal(await openApi().document('apis/nope/v1'), undefined)
})
