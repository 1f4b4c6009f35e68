// Real pods of image `host` on a real daemon: every test a pod in the one cluster of this file.
import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {configMaps, pods} from '../../src/api/resources.ts'
import type {Container, Pod} from '../../src/api/schema/types.gen.ts'
import {createClient} from '../../src/client/client.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import {createHttpTransport} from '../../src/client/http-transport.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
let home: TestHome
let client: ApiClient

before(async () => {
  if (!isRoot) return
  home = await startCluster()
  client = createClient(await createHttpTransport({socketPath: join(home.home, 'mini', 'mini.sock')}))
})
after(() => home?.[Symbol.asyncDispose]())

const hostContainer = (script: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'host',
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', script],
  ...more,
})

const podOf = (name: string, container: Container, spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  metadata: {name, namespace: 'default'},
  spec: {containers: [container], terminationGracePeriodSeconds: 1, ...spec},
})

const until = async (name: string, holds: (pod: Pod) => boolean): Promise<Pod> => {
  const fieldSelector = `metadata.name=${name}`
  for await (const {object} of client.watch(pods, {
    namespace: 'default',
    fieldSelector,
    sendInitialEvents: true,
    timeoutSeconds: 30,
  }))
    if (object.metadata?.name === name && holds(object)) return object
  const last = await client.get(pods, {namespace: 'default', name})
  throw new Error(`${name} never got there: ${JSON.stringify(last.status)}`)
}
const isReady = ({status}: Pod): boolean =>
  status?.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True') ?? false
const logsOf = async (name: string): Promise<string> => {
  const {body, status} = await client.raw({
    method: 'GET',
    url: `/api/v1/namespaces/default/pods/${name}/log`,
    headers: {},
  })
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body) chunks.push(chunk)
  assert.equal(status, 200)
  return Buffer.concat(chunks).toString()
}
const run = async (pod: Pod): Promise<string> => {
  await client.create(pods, pod)
  const name = pod.metadata?.name ?? ''
  await until(name, ({status}) => status?.phase === 'Succeeded' || status?.phase === 'Failed')
  return logsOf(name)
}

test(
  'a pod runs with an address of its own, is ready when its probe says so, and ends gracefully',
  options,
  async () => {
    const server = `require('http').createServer((q,s)=>s.end('ok')).listen(8080)`
    const container: Container = {
      name: 'main',
      image: 'host',
      imagePullPolicy: 'IfNotPresent',
      command: [process.execPath, '-e', server],
      readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1},
    }
    await client.create(pods, podOf('web', container))
    const {status} = await until('web', isReady)
    const answer = await fetch(`http://${status?.podIP}:8080/`)
    assert.equal(await answer.text(), 'ok')
    await client.delete(pods, {namespace: 'default', name: 'web'})
    const gone = async (): Promise<boolean> =>
      client.get(pods, {namespace: 'default', name: 'web'}).then(
        () => false,
        () => true,
      )
    while (!(await gone())) await new Promise(setImmediate)
  },
)

test('init containers come first, volumes are shared, variables are filled in', options, async () => {
  await client.create(configMaps, {
    metadata: {name: 'settings', namespace: 'default'},
    data: {colour: 'blue', 'a.txt': 'A'},
  })
  const mounts = [{name: 'work', mountPath: '/work'}]
  const output = await run(
    podOf(
      'volumes',
      hostContainer('cat /work/from-init /etc/settings/a.txt /one; echo; echo "$COLOUR $NAME $BOTH"; id -u', {
        env: [
          {name: 'COLOUR', valueFrom: {configMapKeyRef: {name: 'settings', key: 'colour'}}},
          {name: 'NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
          {name: 'BOTH', value: '$(NAME)+$(COLOUR)+$$(NAME)+$(NOBODY)'},
        ],
        securityContext: {runAsUser: 1000},
        volumeMounts: [
          ...mounts,
          {name: 'settings', mountPath: '/etc/settings'},
          {name: 'settings', mountPath: '/one', subPath: 'a.txt'},
        ],
      }),
      {
        restartPolicy: 'Never',
        initContainers: [hostContainer('echo -n first- > /work/from-init', {name: 'init', volumeMounts: mounts})],
        volumes: [
          {name: 'work', emptyDir: {}},
          {name: 'settings', configMap: {name: 'settings'}},
        ],
      },
    ),
  )
  assert.equal(output, 'first-AA\nblue volumes volumes+blue+$(NAME)+$(NOBODY)\n1000\n')
})

test('a container that fails says why, is restarted at once, and then waits', options, async () => {
  await client.create(pods, podOf('crash', hostContainer('echo -n because > /dev/termination-log; exit 3')))
  const {status} = await until(
    'crash',
    ({status: now}) => now?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
  )
  const [container] = status?.containerStatuses ?? []
  assert.equal(container?.restartCount, 1)
  assert.equal(container?.lastState?.terminated?.exitCode, 3)
  assert.equal(container?.lastState?.terminated?.message, 'because')
  assert.match(
    container?.state?.waiting?.message ?? '',
    /^back-off 10s restarting failed container=main pod=crash_default\(/,
  )
  await client.delete(pods, {namespace: 'default', name: 'crash'})
})

test('a liveness probe that fails has the container restarted', options, async () => {
  const container = hostContainer('touch /tmp/alive; sleep 0.5; rm /tmp/alive; sleep 1000', {
    livenessProbe: {exec: {command: ['test', '-e', '/tmp/alive']}, periodSeconds: 1, failureThreshold: 1},
  })
  await client.create(pods, podOf('sick', container, {terminationGracePeriodSeconds: 0}))
  await until('sick', ({status}) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)
  await client.delete(pods, {namespace: 'default', name: 'sick'})
})

test('what waits for something that is not there says for what', options, async () => {
  const container = hostContainer('true', {envFrom: [{configMapRef: {name: 'missing'}}]})
  await client.create(pods, podOf('waiting', container))
  const {status} = await until(
    'waiting',
    ({status: now}) => now?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
  )
  assert.equal(status?.containerStatuses?.[0]?.state?.waiting?.message, 'configmap "missing" not found')
  await client.delete(pods, {namespace: 'default', name: 'waiting'})
})

test(
  'pods are adopted by the next daemon when this one is killed, and nothing is left of those that are deleted',
  options,
  async () => {
    await client.create(pods, podOf('stays', hostContainer('exec sleep 1000')))
    const before = await until('stays', isReady)
    process.kill(Number(readFileSync(join(home.home, 'mini', 'minid.pid'), 'utf8')), 'SIGKILL')
    await home.ok(['start'])
    client = createClient(await createHttpTransport({socketPath: join(home.home, 'mini', 'mini.sock')}))
    const now = await until('stays', isReady)
    assert.equal(now.status?.containerStatuses?.[0]?.containerID, before.status?.containerStatuses?.[0]?.containerID)
    for (const {metadata} of (await client.list(pods, {namespace: 'default'})).items)
      await client.delete(pods, {namespace: 'default', name: metadata.name}, {gracePeriodSeconds: 0})
    const runtime = join(home.home, 'mini', 'runtime', '1')
    const folders = [join(runtime, 'sandboxes'), join(runtime, 'containers'), join(home.home, 'mini', 'pods')]
    const left = (): string[] => folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    while (left().length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(readFileSync('/proc/self/mounts', 'utf8').includes(`${runtime}/sandboxes`), false)
  },
)
