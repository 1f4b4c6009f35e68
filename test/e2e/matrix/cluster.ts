// One cluster on one container runtime, with the image `test.local/busybox:1`, and the few calls that every case makes.
import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pods} from '../../../src/api/resources.ts'
import type {Container, Pod, PodSpec} from '../../../src/api/schema/types.gen.ts'
import {createClient} from '../../../src/client/client.ts'
import type {ApiClient} from '../../../src/client/contract.ts'
import {createHttpTransport} from '../../../src/client/http-transport.ts'
import {makeBusyboxImage} from '../../helpers/busybox-image.ts'
import {type RunOptions, type TestHome, testHome} from '../../helpers/cluster.ts'
import {debianPackage} from '../../helpers/debian.ts'
import {environmentFor} from '../../helpers/launchers.ts'
import {tempFolder} from '../../helpers/temp.ts'

export const runtimes = ['unshare', 'runc', 'crun', 'containerd'] as const
export type RuntimeUnderTest = (typeof runtimes)[number]

export const image = 'test.local/busybox:1'

export interface MatrixCluster extends AsyncDisposable {
  readonly runtime: RuntimeUnderTest
  readonly client: ApiClient
  readonly home: TestHome
  readonly kubeconfig: string
  /** The only container's script, with what else is wanted of the container and of the pod. */
  pod(name: string, script: string, more?: Partial<Container>, spec?: Partial<PodSpec>): Pod
  /** Created, ended; what it wrote. */
  output(pod: Pod): Promise<string>
  /** Created, Ready. */
  ready(pod: Pod): Promise<Pod>
  create(pod: Pod): Promise<void>
  until(pod: Pod, holds: (pod: Pod) => boolean): Promise<Pod>
  logs(name: string, container?: string): Promise<string>
  exec(
    name: string,
    command: readonly string[],
    options?: RunOptions,
  ): Promise<{code: number; stdout: string; stderr: string}>
}

const namespace = 'default'

/** Wrappers: what mini runs keeps none of our environment. */
const wrap = (folder: string, name: string, program: string, variables: Readonly<Record<string, string>>): void => {
  const set = Object.entries(variables).map(([key, value]) => `${key}='${value}'`)
  const words = program.endsWith('xtables-nft-multi') ? `'${program}' ${name}` : `'${program}'`
  writeFileSync(join(folder, name), `#!/bin/sh\n${set.join(' ')} exec ${words} "$@"\n`)
  chmodSync(join(folder, name), 0o755)
}

/** PATH with Debian's containerd and CNI plugins after everything else. */
const containerdPath = async (folder: string): Promise<string> => {
  const containerd = await debianPackage('containerd')
  const plugins = await debianPackage('containernetworking-plugins')
  const libraries = join(plugins.root, 'usr/lib/x86_64-linux-gnu')
  mkdirSync(folder, {recursive: true})
  wrap(folder, 'iptables', plugins.program('xtables-nft-multi'), {
    LD_LIBRARY_PATH: libraries,
    XTABLES_LIBDIR: join(libraries, 'xtables'),
  })
  const runc = (await environmentFor('runc')).PATH ?? ''
  return [runc, folder, join(containerd.root, 'usr/bin'), join(plugins.root, 'usr/bin')].join(':')
}

const pathFor = async (runtime: RuntimeUnderTest, programs: string): Promise<string> =>
  runtime === 'containerd' ? containerdPath(programs) : ((await environmentFor(runtime)).PATH ?? '')

const startOn = async (home: TestHome, runtime: RuntimeUnderTest): Promise<void> => {
  const words = runtime === 'containerd' ? ['--runtime', runtime] : ['--launcher', runtime]
  await home.ok(['start', '--addons', 'none', ...words])
  const archive = join(home.home, 'busybox.tar')
  await makeBusyboxImage(image, archive)
  await home.ok(['image', 'load', archive])
}

export const startMatrixCluster = async (runtime: RuntimeUnderTest): Promise<MatrixCluster> => {
  const programs = tempFolder()
  const home = testHome({PATH: await pathFor(runtime, programs.path)})
  try {
    await startOn(home, runtime)
  } catch (error) {
    const {stdout} = await home.run(['daemon', 'logs', '--tail', '30'])
    await home[Symbol.asyncDispose]()
    throw new Error(`no cluster on ${runtime}\n${stdout}`, {cause: error})
  }
  const client = createClient(await createHttpTransport({socketPath: join(home.home, 'mini', 'mini.sock')}))
  return clusterOf(runtime, home, client, programs)
}

const clusterOf = (
  runtime: RuntimeUnderTest,
  home: TestHome,
  client: ApiClient,
  programs: Disposable,
): MatrixCluster => {
  const nameOf = ({metadata}: Pod): string => metadata?.name ?? ''
  const cluster: MatrixCluster = {
    runtime,
    client,
    home,
    kubeconfig: home.kubeconfig,
    pod: (name, script, more = {}, spec = {}) => ({
      metadata: {name, namespace},
      spec: {
        containers: [{name: 'main', image, imagePullPolicy: 'Never', command: ['sh', '-c', script], ...more}],
        terminationGracePeriodSeconds: 1,
        restartPolicy: 'Never',
        ...spec,
      },
    }),
    create: async (pod) => void (await client.create(pods, pod)),
    until: async (pod, holds) => {
      const name = nameOf(pod)
      const fieldSelector = `metadata.name=${name}`
      for await (const {object} of client.watch(pods, {
        namespace,
        fieldSelector,
        sendInitialEvents: true,
        timeoutSeconds: 40,
      }))
        if (object.metadata?.name === name && holds(object)) return object
      const last = await client.get(pods, {namespace, name})
      const {stdout} = await home.run(['get', 'events', '--field-selector', `involvedObject.name=${name}`])
      throw new Error(`${name} never got there: ${JSON.stringify(last.status)}\n${stdout}`)
    },
    output: async (pod) => {
      await cluster.create(pod)
      await cluster.until(pod, ({status}) => status?.phase === 'Succeeded' || status?.phase === 'Failed')
      return cluster.logs(nameOf(pod))
    },
    ready: async (pod) => {
      await cluster.create(pod)
      return cluster.until(
        pod,
        ({status}) => status?.conditions?.some(({status: is, type}) => type === 'Ready' && is === 'True') ?? false,
      )
    },
    logs: async (name, container) => {
      const query = container ? `?container=${container}` : ''
      const url = `/api/v1/namespaces/${namespace}/pods/${name}/log${query}`
      const {body, status} = await client.raw({method: 'GET', url, headers: {}})
      const chunks: Uint8Array[] = []
      if (body instanceof Uint8Array) chunks.push(body)
      else for await (const chunk of body) chunks.push(chunk)
      assert.equal(status, 200, Buffer.concat(chunks).toString())
      return Buffer.concat(chunks).toString()
    },
    exec: (name, command, options = {}) =>
      home.run(['exec', ...(options.stdin === undefined ? [] : ['-i']), name, '--', ...command], options),
    [Symbol.asyncDispose]: async () => {
      await home[Symbol.asyncDispose]()
      programs[Symbol.dispose]()
    },
  }
  return cluster
}
