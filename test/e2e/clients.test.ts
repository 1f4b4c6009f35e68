// Clients we did not write believe that mini is Kubernetes: client-node, Debian's Python client, helm, the real kubectl.
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node'
import {killDaemon, startCluster, type TestHome} from '../helpers/cluster.ts'
import {debianPython, pythonClientProblem} from '../helpers/debian-python.ts'
import {realHelm} from '../helpers/real-kubectl.ts'
import {until} from '../helpers/until.ts'

const namespace = 'default'
let cluster: TestHome

before(async () => {
  cluster = await startCluster({args: ['--runtime', 'simulated', '--nodes', '2', '--addons', 'none']})
})
after(() => cluster?.[Symbol.asyncDispose]())

const configOf = ({kubeconfig}: TestHome): KubeConfig => {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  return config
}

test('client-node creates, reads, replaces, patches in three ways, applies and deletes', async () => {
  const config = configOf(cluster)
  const core = config.makeApiClient(CoreV1Api)
  const name = 'from-node'
  const created = await core.createNamespacedConfigMap({namespace, body: {metadata: {name}, data: {a: '1'}}})
  const replaced = await core.replaceNamespacedConfigMap({namespace, name, body: {...created, data: {a: '2'}}})
  assert.deepEqual(replaced.data, {a: '2'})
  await assert.rejects(core.replaceNamespacedConfigMap({namespace, name, body: created}), {code: 409})

  const patch = (body: unknown, strategy: PatchStrategy): Promise<V1ConfigMap> =>
    core.patchNamespacedConfigMap({namespace, name, body}, setHeaderOptions('Content-Type', strategy))
  await patch([{op: 'add', path: '/data/json', value: 'x'}], PatchStrategy.JsonPatch)
  await patch({data: {merge: 'x'}}, PatchStrategy.MergePatch)
  await patch({data: {strategic: 'x', a: null}}, PatchStrategy.StrategicMergePatch)
  const read = await core.readNamespacedConfigMap({namespace, name})
  assert.deepEqual(read.data, {json: 'x', merge: 'x', strategic: 'x'})

  const objects = KubernetesObjectApi.makeApiClient(config)
  const wanted: V1ConfigMap = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace}, data: {json: 'y'}}
  const apply = (force: boolean): Promise<V1ConfigMap> =>
    objects.patch(wanted, undefined, undefined, 'tester', force, PatchStrategy.ServerSideApply)
  await assert.rejects(apply(false), {code: 409}, 'another manager owns the key')
  const applied = await apply(true)
  assert.equal(applied.data?.json, 'y')
  assert.ok(applied.metadata?.managedFields?.some((field) => field.manager === 'tester' && field.operation === 'Apply'))

  await core.deleteNamespacedConfigMap({namespace, name})
  await assert.rejects(core.readNamespacedConfigMap({namespace, name}), {code: 404})
})

test('client-node watches from a revision and is told of every change in order', async () => {
  const config = configOf(cluster)
  const core = config.makeApiClient(CoreV1Api)
  const name = 'watched'
  const {metadata} = await core.listNamespacedSecret({namespace})
  const seen: string[] = []
  const controller = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/secrets`,
    {resourceVersion: metadata?.resourceVersion, fieldSelector: `metadata.name=${name}`},
    (type) => seen.push(type),
    () => {},
  )
  try {
    await core.createNamespacedSecret({namespace, body: {metadata: {name}, stringData: {key: 'value'}}})
    const body = {metadata: {labels: {changed: 'yes'}}}
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
    await core.patchNamespacedSecret({namespace, name, body}, merge)
    await core.deleteNamespacedSecret({namespace, name})
    await until('three events', () => seen.length >= 3)
    assert.deepEqual(seen, ['ADDED', 'MODIFIED', 'DELETED'])
  } finally {
    controller.abort()
  }
})

test('a client-node informer lives through a killed daemon and sees what is created after it starts again', async () => {
  const config = configOf(cluster)
  const core = config.makeApiClient(CoreV1Api)
  const create = (name: string): Promise<V1ConfigMap> =>
    core.createNamespacedConfigMap({namespace, body: {metadata: {name, labels: {informed: 'yes'}}}})
  const list = () => core.listNamespacedConfigMap({namespace, labelSelector: 'informed=yes'})
  const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'informed=yes')
  const added: string[] = []
  const removed: string[] = []
  informer.on('add', ({metadata}) => added.push(metadata?.name ?? ''))
  informer.on('delete', ({metadata}) => removed.push(metadata?.name ?? ''))
  // An informer of client-node that met an error stops; its users start it again, as its own example does.
  const restart = () => void setTimeout(() => informer.start().catch(restart), 50)
  informer.on('error', restart)
  await create('informed-1')
  await informer.start()
  await create('informed-2')
  await until('both objects', () => added.length === 2)

  await killDaemon(cluster)
  await cluster.ok(['start'])
  await create('informed-3')
  await until('the object made after the restart', () => added.includes('informed-3'))
  await core.deleteNamespacedConfigMap({namespace, name: 'informed-1'})
  await until('the deletion', () => removed.length > 0)
  informer.off('error', restart)
  await informer.stop()
  assert.deepEqual(added, ['informed-1', 'informed-2', 'informed-3'])
  assert.deepEqual(removed, ['informed-1'])
  const left = informer.list(namespace).map(({metadata}) => metadata?.name)
  assert.deepEqual(left, ['informed-2', 'informed-3'])
})

test("Debian's Python client creates, patches, replaces, lists, watches and deletes", async (context) => {
  const problem = await pythonClientProblem()
  if (problem !== undefined) {
    assert.ok(!process.env.CI, problem)
    return context.skip(problem)
  }
  const args = [join(import.meta.dirname, 'clients.py'), cluster.kubeconfig]
  const {code, stdout, stderr} = await cluster.run(args, {program: debianPython})
  assert.deepEqual({code, stdout}, {code: 0, stdout: 'done\n'}, stderr)
})

interface HelmRelease {
  readonly name: string
  readonly revision: string
  readonly status: string
}

test('helm installs, upgrades, rolls back and uninstalls a real chart', async () => {
  const program = await realHelm()
  const env = {KUBECONFIG: cluster.kubeconfig}
  const helm = async (...args: string[]): Promise<string> => {
    const {code, stdout, stderr} = await cluster.run(args, {program, env})
    assert.equal(code, 0, `helm ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  const deployed = async (): Promise<readonly unknown[]> => {
    const fields = '{.spec.replicas} {.status.readyReplicas} {.spec.template.spec.containers[0].image}'
    return (await cluster.ok(['get', 'deployment', 'site-chart', '-o', `jsonpath=${fields}`])).split(' ')
  }
  const chart = join(cluster.home, 'chart')
  await helm('create', chart)
  const values = ['--set', 'image.repository=app', '--wait', '--timeout', '30s']
  await helm('install', 'site', chart, ...values, '--set', 'image.tag=1,replicaCount=2')
  assert.deepEqual(await deployed(), ['2', '2', 'app:1'])
  assert.match(await cluster.ok(['get', 'service', 'site-chart', '-o', 'jsonpath={.spec.clusterIP}']), /^[\d.]+$/)

  await helm('upgrade', 'site', chart, ...values, '--set', 'image.tag=2,replicaCount=3')
  assert.deepEqual(await deployed(), ['3', '3', 'app:2'])
  await helm('rollback', 'site', '1', '--wait', '--timeout', '30s')
  assert.deepEqual(await deployed(), ['2', '2', 'app:1'])

  const releases: readonly HelmRelease[] = JSON.parse(await helm('list', '-o', 'json'))
  assert.deepEqual(
    releases.map(({name, revision, status}) => [name, revision, status]),
    [['site', '3', 'deployed']],
  )
  const history: readonly HelmRelease[] = JSON.parse(await helm('history', 'site', '-o', 'json'))
  assert.deepEqual(
    history.map(({revision, status}) => [Number(revision), status]),
    [
      [1, 'superseded'],
      [2, 'superseded'],
      [3, 'deployed'],
    ],
  )
  await helm('uninstall', 'site', '--wait', '--timeout', '30s')
  assert.equal(await helm('list', '-q'), '')
  const names = ['get', 'deployments,services,serviceaccounts,secrets', '-o', 'name']
  assert.doesNotMatch(await cluster.ok(names), /site/)
})
