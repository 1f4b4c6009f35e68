import assert from 'node:assert/strict'
import {test} from 'node:test'
import {
  configMaps,
  controllerRevisions,
  daemonSets,
  deployments,
  events,
  jobs,
  nodes,
  pods,
  replicaSets,
  serviceAccounts,
  statefulSets,
} from '../../src/api/resources.ts'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {type ControlPlane, controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'
import {daemonSet, deployment, job, NAMESPACE, replicaSet, statefulSet, template} from './objects.ts'

const list = async ({client}: ControlPlane, app: string): Promise<Pod[]> =>
  (await client.list(pods, {namespace: NAMESPACE, labelSelector: `app=${app}`})).items

const named = (name: string) => ({namespace: NAMESPACE, name})
const reasons = async ({client}: ControlPlane, about: string): Promise<string[]> =>
  (await client.list(events, {namespace: NAMESPACE, fieldSelector: `involvedObject.name=${about}`})).items
    .map(({reason, message}) => `${reason}: ${message}`)
    .sort()

test('a Deployment rolls within its surge and unavailability and keeps its history', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 2})
  const {client} = plane
  await client.create(deployments, deployment('web', 4))
  const isAvailable = async () => (await client.get(deployments, named('web'))).status?.availableReplicas === 4
  await until('all available', isAvailable)
  let [most, fewest] = [0, 4]
  const leave = plane.informers.informer(pods).onChange(() => {
    const all = plane.informers.informer(pods).cache.list(NAMESPACE)
    const there = all.filter(({metadata}) => !metadata.deletionTimestamp)
    most = Math.max(most, there.length)
    fewest = Math.min(
      fewest,
      there.filter(({status}) => status?.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True'))
        .length,
    )
  })
  await client.patch(deployments, named('web'), {
    type: 'strategic',
    body: {spec: {template: {spec: {containers: [{name: 'c', image: 'app:2'}]}}}},
  })
  await until('the rollout to end', async () => {
    const {metadata, status} = await client.get(deployments, named('web'))
    return (
      status?.observedGeneration === metadata.generation &&
      status?.updatedReplicas === 4 &&
      status.replicas === 4 &&
      status.availableReplicas === 4
    )
  })
  leave()
  // A quarter of four, rounded up, may be on top; a quarter, rounded down, may be missing.
  assert.ok(most <= 5, `${most} pods at once`)
  assert.ok(fewest >= 3, `${fewest} pods ready`)
  const sets = (await client.list(replicaSets, {namespace: NAMESPACE})).items
  assert.deepEqual(
    sets
      .map(({metadata, spec}) => [metadata.annotations?.['deployment.kubernetes.io/revision'], spec?.replicas])
      .sort(),
    [
      ['1', 0],
      ['2', 4],
    ],
  )
  const progressing = (await client.get(deployments, named('web'))).status?.conditions?.find(
    ({type}) => type === 'Progressing',
  )
  assert.equal(progressing?.reason, 'NewReplicaSetAvailable')
})

test('a ReplicaSet scaled to zero deletes every pod it owns, and says so', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 1})
  const {client} = plane
  await client.create(replicaSets, replicaSet('rs', 2))
  await until('two pods', async () => (await list(plane, 'rs')).length === 2)
  await client.patch(replicaSets, named('rs'), {type: 'merge', body: {spec: {replicas: 0}}})
  await until('no pods', async () => (await list(plane, 'rs')).length === 0)
  const told = async (start: string) => (await reasons(plane, 'rs')).filter((text) => text.startsWith(start)).length
  await until('events of creation', async () => (await told('SuccessfulCreate: Created pod: rs-')) === 2)
  await until('events of deletion', async () => (await told('SuccessfulDelete: Deleted pod: rs-')) === 2)
})

test('a StatefulSet is made in order, updated from its end and never has a pod twice', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 2})
  const {client} = plane
  const order: string[] = []
  plane.informers.informer(pods).onChange(({type, object}) => {
    if (type !== 'updated') order.push(`${type} ${object.metadata.name}`)
  })
  await client.create(statefulSets, statefulSet('db', 3))
  const isReady = async () => {
    const {status} = await client.get(statefulSets, named('db'))
    return (
      status?.readyReplicas === 3 && status.currentRevision === status.updateRevision && status.updatedReplicas === 3
    )
  }
  await until('three ready', isReady)
  assert.deepEqual(order, ['added db-0', 'added db-1', 'added db-2'])
  order.length = 0
  await client.patch(statefulSets, named('db'), {
    type: 'strategic',
    body: {spec: {template: {spec: {containers: [{name: 'c', image: 'app:2'}]}}}},
  })
  await until(
    'the update to end',
    async () =>
      (await isReady()) && (await list(plane, 'db')).every(({spec}) => spec?.containers[0]?.image === 'app:2'),
  )
  assert.deepEqual(order, ['deleted db-2', 'added db-2', 'deleted db-1', 'added db-1', 'deleted db-0', 'added db-0'])
  assert.equal((await client.list(controllerRevisions, {namespace: NAMESPACE})).items.length, 2)
})

test('a DaemonSet follows nodes as they come, refuse and go', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 2})
  const {client} = plane
  await client.create(daemonSets, daemonSet('agent'))
  await until('one pod a node', async () => (await list(plane, 'agent')).length === 2)
  const taints = [{key: 'keep', value: 'out', effect: 'NoExecute'}]
  await client.patch(nodes, {name: 'node-1'}, {type: 'merge', body: {spec: {taints}}})
  await until('none on the tainted node', async () => {
    const all = await list(plane, 'agent')
    return all.length === 1 && all[0]?.spec?.nodeName === 'node-2'
  })
  const {status} = await until('the status to follow', async () => {
    const set = await client.get(daemonSets, named('agent'))
    return set.status?.desiredNumberScheduled === 1 ? set : undefined
  })
  assert.equal(status?.numberMisscheduled, 0)
})

test('Jobs count each pod once and end with the reasons Kubernetes gives', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 2})
  const {client} = plane
  await client.create(jobs, job('many', ['true'], {completions: 5, parallelism: 2}))
  await client.create(jobs, job('indexed', ['true'], {completions: 4, parallelism: 4, completionMode: 'Indexed'}))
  await client.create(jobs, job('broken', ['false'], {backoffLimit: 0}))
  await client.create(jobs, {
    ...job('policy', ['exit 42'], {
      backoffLimit: 6,
      podFailurePolicy: {rules: [{action: 'FailJob', onExitCodes: {operator: 'In', values: [42]}}]},
    }),
  })
  const conditions = async (name: string): Promise<string[]> =>
    ((await client.get(jobs, named(name))).status?.conditions ?? []).map(({type, reason}) => `${type} ${reason}`)
  const isOver = async (name: string) => (await conditions(name)).length === 2
  for (const name of ['many', 'indexed', 'broken', 'policy']) await until(`${name} to end`, () => isOver(name))
  assert.deepEqual(await conditions('many'), ['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached'])
  assert.deepEqual(await conditions('broken'), ['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded'])
  assert.deepEqual(await conditions('policy'), ['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy'])
  const [many, indexed] = [await client.get(jobs, named('many')), await client.get(jobs, named('indexed'))]
  assert.deepEqual([many.status?.succeeded, many.status?.uncountedTerminatedPods], [5, {}])
  assert.deepEqual([indexed.status?.succeeded, indexed.status?.completedIndexes], [4, '0-3'])
  assert.equal((await list(plane, 'many')).length, 5)
  assert.ok((await list(plane, 'many')).every(({metadata}) => !metadata?.finalizers))
})

test('a Job whose pods may be deleted with it leaves none behind', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 1})
  const {client} = plane
  await client.create(jobs, job('long', ['sleep', '1000'], {parallelism: 2}))
  await until('two pods', async () => (await list(plane, 'long')).length === 2)
  await client.delete(jobs, named('long'), {propagationPolicy: 'Background'})
  await until('no pods', async () => (await list(plane, 'long')).length === 0)
})

test('owners in a circle do not keep each other from going', async () => {
  await using plane = await controlPlane({controllers: 'all'})
  const {client} = plane
  const uids = new Map<string, string>()
  for (const name of ['a', 'b', 'c'])
    uids.set(name, (await client.create(configMaps, {metadata: {...named(name)}})).metadata.uid)
  for (const [name, owner] of [
    ['a', 'c'],
    ['b', 'a'],
    ['c', 'b'],
  ] as const) {
    const reference = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: owner,
      uid: uids.get(owner),
      controller: true,
      blockOwnerDeletion: true,
    }
    await client.patch(configMaps, named(name), {type: 'merge', body: {metadata: {ownerReferences: [reference]}}})
  }
  await client.delete(configMaps, named('a'), {propagationPolicy: 'Foreground'})
  await until('all gone', async () => {
    const {items} = await client.list(configMaps, {namespace: NAMESPACE})
    return !items.some(({metadata}) => uids.has(metadata.name))
  })
})

test('what has one owner left stays, and forgets the other', async () => {
  await using plane = await controlPlane({controllers: 'all'})
  const {client} = plane
  const one = await client.create(configMaps, {metadata: named('one')})
  const two = await client.create(configMaps, {metadata: named('two')})
  const ownerReferences = [one, two].map(({metadata}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: metadata.name,
    uid: metadata.uid,
  }))
  await client.create(configMaps, {metadata: {...named('child'), ownerReferences}})
  await client.delete(configMaps, named('one'))
  const child = await until('one owner', async () => {
    const found = await client.get(configMaps, named('child'))
    return found.metadata.ownerReferences?.length === 1 ? found : undefined
  })
  assert.equal(child.metadata.ownerReferences?.[0]?.name, 'two')
})

test('a pod that names an owner which was never there is collected', async () => {
  await using plane = await controlPlane({controllers: 'all', nodes: 1})
  const {client} = plane
  await until('the service account', () => client.get(serviceAccounts, named('default')))
  const ownerReferences = [
    {apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: '00000000-0000-4000-8000-000000000000'},
  ]
  await client.create(pods, {metadata: {...named('lost'), ownerReferences}, spec: template('lost').spec} as Pod)
  await until('gone', async () => (await client.list(pods, {namespace: NAMESPACE})).items.length === 0)
})
