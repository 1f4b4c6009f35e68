// R24: a reconcile that finds everything as it should be asks the API for nothing.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {KubeObject} from '../../src/api/object.ts'
import {
  cronJobs,
  daemonSets,
  deployments,
  jobs,
  podDisruptionBudgets,
  pods,
  replicationControllers,
  resourceQuotas,
  services,
  statefulSets,
} from '../../src/api/resources.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {seeded} from '../../src/lib/random.ts'
import type {Cached, ControllerSpec, ReconcileContext, WatchSpec} from '../../src/reconcile/contract.ts'
import {type ControlPlane, controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'
import {daemonSet, deployment, job, NAMESPACE, statefulSet, template} from './objects.ts'

const writes = new Set(['create', 'update', 'patch', 'apply', 'delete', 'deleteCollection', 'post', 'raw'])

/** Notes every write instead of sending it; reads pass. */
const noting = (client: ApiClient, seen: string[]): ApiClient =>
  new Proxy(client, {
    get: (target, name) => {
      if (name === 'as') return () => noting(client, seen)
      if (!writes.has(String(name))) return Reflect.get(target, name)
      return (...args: unknown[]) => {
        if (name === 'raw' && (args[0] as {method: string}).method === 'GET') return client.raw(args[0] as never)
        seen.push(`${String(name)} ${JSON.stringify(args).slice(0, 300)}`)
        return Promise.reject(new Error('nothing should be written'))
      }
    },
  })

const fill = async ({client}: ControlPlane): Promise<void> => {
  const meta = (name: string) => ({name, namespace: NAMESPACE})
  await client.create(resourceQuotas, {metadata: meta('quota'), spec: {hard: {pods: '50', 'count/secrets': '9'}}})
  await client.create(services, {metadata: meta('web'), spec: {selector: {app: 'web'}, ports: [{port: 80}]}})
  await client.create(deployments, deployment('web', 2))
  await client.create(statefulSets, statefulSet('db', 2))
  await client.create(daemonSets, daemonSet('agent'))
  await client.create(jobs, job('once', ['true'], {completions: 2}))
  await client.create(jobs, job('indexed', ['true'], {completions: 2, parallelism: 2, completionMode: 'Indexed'}))
  await client.create(cronJobs, {
    metadata: meta('later'),
    spec: {schedule: '0 0 1 1 *', jobTemplate: {spec: {template: template('later', {restartPolicy: 'Never'})}}},
  })
  await client.create(replicationControllers, {
    metadata: meta('old'),
    spec: {replicas: 1, selector: {app: 'old'}, template: template('old')},
  })
  await client.create(podDisruptionBudgets, {
    metadata: meta('web'),
    spec: {minAvailable: '50%', selector: {matchLabels: {app: 'web'}}},
  })
}

const isSettled = async (plane: ControlPlane): Promise<boolean> => {
  const all = await plane.client.list(pods, {namespace: NAMESPACE})
  const running = all.items.filter(({status}) => status?.phase === 'Running').length
  const ended = all.items.filter(({status}) => status?.phase === 'Succeeded').length
  const before = plane.store.currentRevision()
  await new Promise((resolve) => setTimeout(resolve, 400))
  return running === 7 && ended === 4 && plane.store.currentRevision() === before
}

const keysOf = (spec: ControllerSpec, context: ReconcileContext): ReadonlySet<string> => {
  const keys = new Set<string>()
  // The garbage collector's keys come from its graph: everything there is.
  if (spec.name.startsWith('garbage')) {
    keys.add('discovery')
    for (const {metadata} of context.cache(pods).list()) keys.add(metadata.uid)
  }
  for (const watch of spec.watches as unknown as readonly WatchSpec[])
    for (const object of context.cache(watch.resource).list() as readonly Cached<KubeObject>[]) {
      const own = object.metadata.namespace
        ? `${object.metadata.namespace}/${object.metadata.name}`
        : object.metadata.name
      for (const key of watch.toKeys?.({type: 'added', object}, context) ?? (watch.toKeys ? [] : [own])) keys.add(key)
    }
  return keys
}

test('every controller, run again on a cluster that has settled, writes nothing', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 2})
  await fill(plane)
  await until('the cluster to settle', () => isSettled(plane))
  let looked = 0
  for (const spec of plane.specs) {
    const seen: string[] = []
    const context: ReconcileContext = {
      client: noting(plane.client, seen),
      informers: plane.informers,
      cache: (resource) => plane.informers.informer(resource).cache,
      events: {record: () => undefined},
      clock: systemClock,
      random: seeded(2),
      logger: silentLogger,
      signal: AbortSignal.any([plane.signal]),
    }
    using _started = spec.start?.(context, () => undefined) ?? {[Symbol.dispose]: () => undefined}
    for (const key of keysOf(spec, context)) {
      looked += 1
      await spec.reconcile(key, context).catch((error: unknown) => seen.push(`${key}: ${String(error)}`))
    }
    assert.deepEqual(seen, [], spec.name)
  }
  assert.ok(looked > 30, `${looked} looks`)
})
