// What operators do: an operator written with client-node that reconciles a custom kind under load and through the death
// of the daemon; definitions as large as those of well-known operators through the real kubectl.
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {
  ApiextensionsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node'
import {killDaemon, startCluster, type TestHome} from '../helpers/cluster.ts'
import {withPod} from '../helpers/large-definitions.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {until} from '../helpers/until.ts'

const args = ['--runtime', 'simulated', '--nodes', '1', '--addons', 'none']
const [group, version, plural, namespace] = ['farm.example.com', 'v1', 'fields', 'default']
const finalizer = 'farm.example.com/harvest'
const HOW_MANY = 40

interface Field extends KubernetesObject {
  spec?: {size: number}
  status?: {planted?: number; generation?: number | undefined}
}

let cluster: TestHome

before(async () => {
  cluster = await startCluster({args})
})
after(() => cluster?.[Symbol.asyncDispose]())

const definition = {
  metadata: {name: `${plural}.${group}`},
  spec: {
    group,
    scope: 'Namespaced',
    names: {plural, kind: 'Field'},
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: {status: {}},
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {size: {type: 'integer', minimum: 0}},
                // The client's own name for x-kubernetes-validations.
                x_kubernetes_validations: [{rule: 'self.size >= oldSelf.size', message: 'fields do not shrink'}],
              },
              status: {type: 'object', properties: {planted: {type: 'integer'}, generation: {type: 'integer'}}},
            },
          },
        },
      },
    ],
  },
}

/** One that plants: a ConfigMap for each field, its state in the status, and a harvest before it goes. */
class Operator {
  readonly #objects: CustomObjectsApi
  readonly #core: CoreV1Api
  readonly #config: KubeConfig
  readonly #busy = new Map<string, Promise<void>>()
  #stop: (() => Promise<void>) | undefined
  #isStopped = false

  constructor(config: KubeConfig) {
    this.#config = config
    this.#objects = config.makeApiClient(CustomObjectsApi)
    this.#core = config.makeApiClient(CoreV1Api)
  }

  async start(): Promise<void> {
    const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`
    const list = (): Promise<KubernetesListObject<Field>> =>
      this.#objects.listNamespacedCustomObject({group, version, namespace, plural}) as Promise<
        KubernetesListObject<Field>
      >
    const informer = makeInformer<Field>(this.#config, path, list)
    for (const event of ['add', 'update'] as const)
      informer.on(event, (field) => this.#wake(field.metadata?.name ?? ''))
    // As real operators do: what broke is started again.
    informer.on('error', () => {
      if (!this.#isStopped) setTimeout(() => void informer.start().catch(() => undefined), 100)
    })
    await informer.start()
    this.#stop = () => informer.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#stop?.()
    await Promise.all(this.#busy.values())
  }

  /** One at a time for each name; again until it works. */
  #wake(name: string): void {
    const before = this.#busy.get(name) ?? Promise.resolve()
    const next = before.then(async () => {
      for (let tries = 0; tries < 200 && !this.#isStopped; tries++)
        try {
          await this.#reconcile(name)
          return
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
    })
    this.#busy.set(name, next)
  }

  async #reconcile(name: string): Promise<void> {
    const about = {group, version, namespace, plural, name}
    const field = await this.#read(name)
    if (!field) return
    const {deletionTimestamp, finalizers = [], generation} = field.metadata ?? {}
    if (deletionTimestamp) {
      await this.#core.deleteNamespacedConfigMap({name, namespace}).catch(unless(404))
      if (finalizers.includes(finalizer)) await this.#merge(name, {metadata: {finalizers: null}})
      return
    }
    if (!finalizers.includes(finalizer)) await this.#merge(name, {metadata: {finalizers: [finalizer]}})
    const data = {size: String(field.spec?.size)}
    await this.#core.createNamespacedConfigMap({namespace, body: {metadata: {name}, data}}).catch(unless(409))
    if (field.status?.generation === generation) return
    const latest = await this.#read(name)
    const status = {planted: latest?.spec?.size, generation: latest?.metadata?.generation}
    await this.#objects.replaceNamespacedCustomObjectStatus({...about, body: {...latest, status}})
  }

  async #read(name: string): Promise<Field | undefined> {
    const found = await this.#objects
      .getNamespacedCustomObject({group, version, namespace, plural, name})
      .catch(unless(404))
    return found as Field | undefined
  }

  async #merge(name: string, body: object): Promise<void> {
    const about = {group, version, namespace, plural, name, body}
    await this.#objects.patchNamespacedCustomObject(about, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
  }
}

const unless =
  (code: number) =>
  (error: unknown): undefined => {
    if ((error as {code?: number}).code === code) return undefined
    throw error
  }

test('an operator keeps its promises under load and through the death of the daemon', async () => {
  const config = new KubeConfig()
  config.loadFromFile(cluster.kubeconfig)
  await config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({body: definition as never})
  const objects = config.makeApiClient(CustomObjectsApi)
  const list = async (): Promise<Field[]> =>
    ((await objects.listNamespacedCustomObject({group, version, namespace, plural})) as {items: Field[]}).items
  await until('the kind to be served', list)
  await using operator = new Operator(config)
  await operator.start()
  const names = Array.from({length: HOW_MANY}, (_, index) => `f${index}`)
  const create = (name: string) =>
    objects.createNamespacedCustomObject({
      group,
      version,
      namespace,
      plural,
      body: {apiVersion: `${group}/${version}`, kind: 'Field', metadata: {name}, spec: {size: 1}},
    })
  await Promise.all(names.map(create))
  const allPlanted = (size: number) => async () =>
    (await list()).filter(({status}) => status?.planted === size).length === HOW_MANY
  await until('all fields to be planted', allPlanted(1))
  const grow = (name: string, size: number) =>
    objects.patchNamespacedCustomObject(
      {group, version, namespace, plural, name, body: {spec: {size}}},
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )
  await Promise.all(names.slice(0, HOW_MANY / 2).map((name) => grow(name, 2)))
  await killDaemon(cluster)
  await cluster.ok(['start', ...args])
  // The port may be another one after the daemon came back: clients read the kubeconfig again.
  config.loadFromFile(cluster.kubeconfig)
  await operator.stop()
  await using successor = new Operator(config)
  await successor.start()
  const again = config.makeApiClient(CustomObjectsApi)
  const listAgain = async (): Promise<Field[]> =>
    ((await again.listNamespacedCustomObject({group, version, namespace, plural})) as {items: Field[]}).items
  await Promise.all(
    names.map((name) =>
      again.patchNamespacedCustomObject(
        {group, version, namespace, plural, name, body: {spec: {size: 2}}},
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      ),
    ),
  )
  await until(
    'all fields to be planted anew',
    async () => (await listAgain()).filter(({status}) => status?.planted === 2).length === HOW_MANY,
  )
  await assert.rejects(
    again.patchNamespacedCustomObject(
      {group, version, namespace, plural, name: 'f0', body: {spec: {size: 1}}},
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    ),
    /fields do not shrink/,
  )
  await again.deleteCollectionNamespacedCustomObject({group, version, namespace, plural})
  await until('all fields to be harvested', async () => (await listAgain()).length === 0)
  const {items} = await config.makeApiClient(CoreV1Api).listNamespacedConfigMap({namespace})
  assert.deepEqual(
    items.filter(({metadata}) => /^f\d+$/.test(metadata?.name ?? '')),
    [],
  )
})

test('definitions that hold a pod are too large to be applied by the client, and fine for the server', async () => {
  const kubectl = await realKubectl()
  const run = (words: readonly string[]) =>
    cluster.run(['--kubeconfig', cluster.kubeconfig, ...words], {program: kubectl})
  const file = join(cluster.home, 'large.json')
  writeFileSync(file, JSON.stringify(withPod('ops.example.com', 'rollouts', 'Rollout')))
  const large = withPod('big.example.com', 'engines', 'Engine')
  const [first] = large.spec.versions
  if (first) large.spec.versions.push({...first, name: 'v2', storage: false})
  const larger = join(cluster.home, 'larger.json')
  writeFileSync(larger, JSON.stringify(large))
  const refused = await run(['apply', '-f', larger])
  assert.match(refused.stderr, /metadata\.annotations: Too long: may not be more than 262144 bytes/)
  const applied = await run(['apply', '--server-side', '-f', larger, '-f', file])
  assert.match(applied.stdout, /engines\.big\.example\.com serverside-applied/, applied.stderr)
  const established = await run([
    'wait',
    '--for=condition=Established',
    'crd/rollouts.ops.example.com',
    '--timeout=20s',
  ])
  assert.equal(established.code, 0, established.stderr)
  const explained = await run(['explain', 'rollouts.spec.template.spec.containers.livenessProbe.httpGet'])
  assert.match(explained.stdout, /port\t<integer\|string>|port\t<IntOrString>|port\t<Object>/)
  const strict = join(cluster.home, 'strict.yaml')
  writeFileSync(
    strict,
    [
      'apiVersion: ops.example.com/v1',
      'kind: Rollout',
      'metadata: {name: r}',
      'spec: {template: {spec: {containers: [{name: c, image: i, resources: {limits: {cpu: 1, memory: 1Gi}}, ports: [{containerPort: 80}], oops: 1}]}}}',
    ].join('\n'),
  )
  const unknown = await run(['apply', '-f', strict])
  assert.match(unknown.stderr, /unknown field "spec\.template\.spec\.containers\[0\]\.oops"/)
  const loose = await run(['apply', '--validate=false', '-f', strict])
  assert.match(loose.stdout, /rollout\.ops\.example\.com\/r created/, loose.stderr)
})
