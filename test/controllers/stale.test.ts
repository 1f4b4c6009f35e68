// R26: the caches lag far behind, and still nothing is made twice.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {KubeObject, WatchEvent} from '../../src/api/object.ts'
import type {Resource} from '../../src/api/resource.ts'
import {deployments, jobs, pods, replicaSets, statefulSets} from '../../src/api/resources.ts'
import type {ApiClient, WatchOptions} from '../../src/client/contract.ts'
import {type ControlPlane, controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'
import {deployment, job, NAMESPACE, replicaSet, statefulSet} from './objects.ts'

const LAG_MS = 150

/** Watches of these resources come late. */
const lagging =
  (late: readonly string[]) =>
  (client: ApiClient): ApiClient => {
    async function* watch(resource: Resource, options?: WatchOptions): AsyncGenerator<WatchEvent<KubeObject>> {
      for await (const event of client.watch(resource, options)) {
        if (late.includes(resource.plural)) await new Promise((resolve) => setTimeout(resolve, LAG_MS))
        yield event
      }
    }
    return new Proxy(client, {get: (target, name) => (name === 'watch' ? watch : Reflect.get(target, name))})
  }

const named = (name: string) => ({namespace: NAMESPACE, name})

/** Changes the object again and again, so that its controller looks at it again and again. */
const poke = async ({client}: ControlPlane, resource: Resource, name: string): Promise<void> => {
  for (let times = 0; times < 10; times++) {
    await client.patch(resource, named(name), {type: 'merge', body: {metadata: {annotations: {poke: String(times)}}}})
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** How many pods were ever made, by name. */
const countCreations = (plane: ControlPlane): (() => number) => {
  const names = new Set<string>()
  const abort = new AbortController()
  const follow = async (): Promise<void> => {
    for await (const {type, object} of plane.client.watch(pods, {signal: abort.signal, resourceVersion: '1'}))
      if (type === 'ADDED') names.add(object.metadata.uid)
  }
  void follow().catch(() => undefined)
  return () => {
    abort.abort()
    return names.size
  }
}

test('a ReplicaSet whose pods show late makes no pod too many', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 1, wrapInformerClient: lagging(['pods'])})
  const made = countCreations(plane)
  await plane.client.create(replicaSets, replicaSet('rs', 3))
  await poke(plane, replicaSets, 'rs')
  await until(
    'three replicas',
    async () => (await plane.client.get(replicaSets, named('rs'))).status?.readyReplicas === 3,
  )
  assert.equal(made(), 3)
})

test('a Deployment whose ReplicaSets show late makes one of them', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 1, wrapInformerClient: lagging(['replicasets'])})
  await plane.client.create(deployments, deployment('web', 2))
  await poke(plane, deployments, 'web')
  await until(
    'two available',
    async () => (await plane.client.get(deployments, named('web'))).status?.availableReplicas === 2,
  )
  assert.equal((await plane.client.list(replicaSets, {namespace: NAMESPACE})).items.length, 1)
  assert.equal((await plane.client.get(deployments, named('web'))).status?.collisionCount, undefined)
})

test('a Job whose pods show late runs none too many and counts each once', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 1, wrapInformerClient: lagging(['pods', 'jobs'])})
  const made = countCreations(plane)
  await plane.client.create(jobs, job('many', ['true'], {completions: 3, parallelism: 3}))
  const status = await until('the end', async () => {
    const {status: now} = await plane.client.get(jobs, named('many'))
    return now?.conditions?.some(({type}) => type === 'Complete') ? now : undefined
  })
  assert.equal(status.succeeded, 3)
  assert.equal(made(), 3)
})

test('a StatefulSet whose pods show late still makes them in order', async () => {
  await using plane = await controlPlane({
    controllers: 'all',
    nodes: 1,
    wrapInformerClient: lagging(['pods', 'statefulsets']),
  })
  const made = countCreations(plane)
  await plane.client.create(statefulSets, statefulSet('db', 2))
  await poke(plane, statefulSets, 'db')
  await until('two ready', async () => (await plane.client.get(statefulSets, named('db'))).status?.readyReplicas === 2)
  assert.equal(made(), 2)
})
