// Pods of image `host` on a real cluster, and the few calls that every test about them makes.
import {join} from 'node:path'
import {events, pods} from '../../src/api/resources.ts'
import type {Container, ContainerStatus, CoreEvent, Pod} from '../../src/api/schema/types.gen.ts'
import {createClient} from '../../src/client/client.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import {createHttpTransport} from '../../src/client/http-transport.ts'
import type {TestHome} from './cluster.ts'

export const hostContainer = (script: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'host',
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', script],
  ...more,
})

export const podOf = (
  name: string,
  container: Container,
  {metadata, ...spec}: Partial<NonNullable<Pod['spec']>> & {metadata?: Pod['metadata']} = {},
): Pod => ({
  metadata: {name, namespace: 'default', ...metadata},
  spec: {containers: [container], terminationGracePeriodSeconds: 1, ...spec},
})

export const isReady = ({status}: Pod): boolean =>
  status?.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True') ?? false

export const isOver = ({status}: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

export const mainStatus = ({status}: Pod): ContainerStatus | undefined => status?.containerStatuses?.[0]

export interface HostPods {
  readonly client: ApiClient
  /** The pod as soon as it is as asked. */
  until(name: string, holds: (pod: Pod) => boolean): Promise<Pod>
  gone(name: string, uid?: string): Promise<void>
  logs(name: string, query?: string): Promise<string>
  /** Until the running container has said it. */
  says(name: string, text: string): Promise<void>
  /** Creates the pod, waits for its end, gives its output. */
  run(pod: Pod): Promise<string>
  events(name: string): Promise<CoreEvent[]>
  /** Any path of the API as text. */
  text(url: string, method?: 'GET' | 'POST'): Promise<string>
}

export const hostPods = async ({home}: TestHome): Promise<HostPods> => {
  const client = createClient(await createHttpTransport({socketPath: join(home, 'mini', 'mini.sock')}))
  const namespace = 'default'
  const until = async (name: string, holds: (pod: Pod) => boolean): Promise<Pod> => {
    const fieldSelector = `metadata.name=${name}`
    const watch = client.watch(pods, {namespace, fieldSelector, sendInitialEvents: true, timeoutSeconds: 45})
    for await (const {object, type} of watch)
      if (type !== 'BOOKMARK' && type !== 'DELETED' && object.metadata.name === name && holds(object)) return object
    const last = await client.get(pods, {namespace, name})
    throw new Error(`${name} never got there: ${JSON.stringify(last.status)}`)
  }
  const gone = async (name: string, uid?: string): Promise<void> => {
    const isGone = (): Promise<boolean> =>
      client.get(pods, {namespace, name}).then(
        ({metadata}) => uid !== undefined && metadata.uid !== uid,
        () => true,
      )
    const giveUp = Date.now() + 45_000
    while (!(await isGone())) {
      if (Date.now() > giveUp) throw new Error(`${name} never went`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const text = async (url: string, method = 'GET'): Promise<string> => {
    const {body, status} = await client.raw({method, url, headers: {}})
    const chunks: Uint8Array[] = []
    if (body instanceof Uint8Array) chunks.push(body)
    else for await (const chunk of body) chunks.push(chunk)
    const answer = Buffer.concat(chunks).toString()
    if (status >= 300) throw new Error(`${url}: ${status} ${answer}`)
    return answer
  }
  const logs = (name: string, query = ''): Promise<string> =>
    text(`/api/v1/namespaces/${namespace}/pods/${name}/log${query}`)
  const says = async (name: string, said: string): Promise<void> => {
    await until(name, isReady)
    const giveUp = Date.now() + 45_000
    for (;;) {
      const output = await logs(name)
      if (output.includes(said)) return
      if (Date.now() > giveUp) throw new Error(`${name} never said ${said}: ${output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return {
    client,
    until,
    says,
    gone,
    logs,
    text,
    run: async (pod) => {
      await client.create(pods, pod)
      const name = pod.metadata?.name ?? ''
      await until(name, isOver)
      return logs(name)
    },
    events: async (name) => {
      const {items} = await client.list(events, {namespace, fieldSelector: `involvedObject.name=${name}`})
      return items
    },
  }
}
