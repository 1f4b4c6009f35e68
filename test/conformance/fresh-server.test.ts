// What a fresh server holds and says of itself, against what was recorded from the real one.
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {KubeList, KubeObject, Stored} from '../../src/api/object.ts'
import type {ClusterRole, ClusterRoleBinding} from '../../src/api/schema/types.gen.ts'
import {type TestServer, testServer} from '../apiserver/test-server.ts'
import {recorded} from '../helpers/recorded.ts'

let api: TestServer
before(async () => {
  api = await testServer()
})
after(() => api[Symbol.asyncDispose]())

const listOf = async <T extends KubeObject>(path: string): Promise<Stored<T>[]> =>
  (await api.ask<KubeList<Stored<T>>>(path)).json.items

const rbac = '/apis/rbac.authorization.k8s.io/v1'
type Policy = ClusterRole & ClusterRoleBinding & {name?: string; namespace?: string}
const policyOf = ({
  name,
  namespace,
  labels,
  annotations,
  rules,
  subjects,
  roleRef,
  aggregationRule,
}: Policy & KubeObject['metadata'] & object) => ({
  name,
  ...(namespace ? {namespace} : {}),
  labels,
  annotations,
  // Rules of aggregated roles are gathered by a controller, in no order that is promised.
  rules: aggregationRule ? undefined : rules,
  subjects,
  roleRef,
  aggregationRule,
})

for (const resource of ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'])
  test(`the ${resource} of a fresh server are those of the real one`, async () => {
    const facts = recorded<{[resource: string]: (Policy & object)[]}>('rbac-bootstrap')[resource] ?? []
    const items = await listOf<Policy & KubeObject>(`${rbac}/${resource}`)
    const ours = items.map(({metadata, ...rest}) => policyOf({...rest, ...metadata} as never))
    const byName = (a: {name?: unknown; namespace?: unknown}, b: typeof a): number =>
      `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1
    const clean = (list: object[]): {name: string}[] => JSON.parse(JSON.stringify(list))
    assert.deepEqual(clean(ours).sort(byName), clean(facts.map((fact) => policyOf(fact as never))).sort(byName))
  })

const paths: {readonly [name: string]: string} = {
  namespaces: '/api/v1/namespaces',
  priorityclasses: '/apis/scheduling.k8s.io/v1/priorityclasses',
  flowschemas: '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
  prioritylevelconfigurations: '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
  servicecidrs: '/apis/networking.k8s.io/v1/servicecidrs',
  ipaddresses: '/apis/networking.k8s.io/v1/ipaddresses',
  services: '/api/v1/services',
}

test('a fresh server holds what the real one holds', async () => {
  const facts = recorded<{[resource: string]: string[]}>('bootstrap-objects')
  for (const [resource, path] of Object.entries(paths)) {
    const names = (await listOf(path)).map(({metadata}) => metadata.name)
    assert.deepEqual(names.toSorted(), facts[resource]?.toSorted(), resource)
  }
})

interface Discovered {
  readonly items: {
    readonly metadata: {readonly name?: string}
    readonly versions: {
      readonly version: string
      readonly resources: {readonly resource: string; readonly subresources?: {readonly subresource: string}[]}[]
    }[]
  }[]
}

/** By group and version: the order of groups follows their priority and is looked at on its own, the order within them is not promised. */
const byVersion = ({items}: Discovered): {[version: string]: unknown} =>
  Object.fromEntries(
    items.flatMap(({metadata, versions}) =>
      versions.map(({version, resources}) => [
        `${metadata.name ?? ''}/${version}`,
        resources
          .map(({subresources, ...rest}) => ({
            ...rest,
            subresources: subresources?.toSorted((a, b) => (a.subresource < b.subresource ? -1 : 1)) ?? [],
          }))
          .toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
      ]),
    ),
  )

test('aggregated discovery says of each resource what the real server says', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const core = (await api.ask<Discovered>('/api', {headers: {accept}})).json
  const groups = (await api.ask<Discovered>('/apis', {headers: {accept}})).json
  const facts = recorded<Discovered>('aggregated-discovery')
  assert.ok(core.items[0]?.versions[0]?.resources.some(({resource}) => resource === 'pods'))
  assert.deepEqual(
    groups.items.map(({metadata}) => metadata.name),
    facts.items.map(({metadata}) => metadata.name),
  )
  assert.deepEqual(JSON.parse(JSON.stringify(byVersion(groups))), JSON.parse(JSON.stringify(byVersion(facts))))
})
