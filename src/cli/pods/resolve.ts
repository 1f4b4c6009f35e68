// From what a person names to a pod: `web-1`, `pod/web-1`, `deploy/web`, `svc/web`.
import {pods} from '../../api/resources.ts'
import type {Connection} from '../connection/connection.ts'
import {fetchObject, type Info, listUrl} from '../input/select.ts'
import {at, listAt, mapAt, nameOf, type Obj, stringsAt, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {createMapper} from '../resources/mapper.ts'
import {isClosed, watchEvents} from '../watch/events.ts'

const expression = (requirement: Obj): string => {
  const key = textAt(requirement, 'key')
  const values = `(${(requirement.values as string[] | undefined)?.join(',') ?? ''})`
  switch (requirement.operator) {
    case 'In':
      return `${key} in ${values}`
    case 'NotIn':
      return `${key} notin ${values}`
    case 'DoesNotExist':
      return `!${key}`
    default:
      return key
  }
}

const pairs = (labels: Readonly<Record<string, string>>): string[] =>
  Object.entries(labels).map(([key, value]) => `${key}=${value}`)

/** The labels of the pods a workload or a service has. */
export const podSelectorOf = (object: Obj): string => {
  const kind = textAt(object, 'kind')
  const selector = mapAt(object, 'spec', 'selector')
  if (kind === 'Service' || kind === 'ReplicationController') {
    if (Object.keys(selector).length === 0 && kind === 'Service')
      throw new Error(`invalid service '${nameOf(object)}': Service is defined without a selector`)
    return pairs(selector as Record<string, string>).join(',')
  }
  if (!['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind))
    throw new Error(`selector for *v1.${kind} not implemented`)
  return [...pairs(stringsAt(selector, 'matchLabels')), ...listAt(selector, 'matchExpressions').map(expression)].join(
    ',',
  )
}

export const isReady = (pod: Obj): boolean =>
  listAt(pod, 'status', 'conditions').some((one) => one.type === 'Ready' && one.status === 'True')

const isEnding = (pod: Obj): boolean => at(pod, 'metadata', 'deletionTimestamp') !== undefined
const age = (pod: Obj): string => textAt(pod, 'metadata', 'creationTimestamp')

/** Running and ready ones first, older ones before younger. */
const byUse = (one: Obj, other: Obj): number => {
  const rank = (pod: Obj): number =>
    (textAt(pod, 'spec', 'nodeName') === '' ? 8 : 0) +
    (textAt(pod, 'status', 'phase') === 'Running' ? 0 : 4) +
    (isReady(pod) ? 0 : 2) +
    (isEnding(pod) ? 1 : 0)
  return rank(one) - rank(other) || (age(one) < age(other) ? -1 : 1)
}

interface PodList {
  readonly metadata?: {readonly resourceVersion?: string}
  readonly items?: readonly Obj[]
}

export const podsOf = async (connection: Connection, namespace: string, selector: string): Promise<Obj[]> =>
  (await listPods(connection, namespace, selector)).found

const listPods = async ({client}: Connection, namespace: string, selector: string) => {
  const {items = [], metadata} = await getJson<PodList>(client, listUrl(pods, namespace, {labelSelector: selector}))
  const found = items.map((item): Obj => ({apiVersion: 'v1', kind: 'Pod', ...item})).toSorted(byUse)
  return {found, resourceVersion: metadata?.resourceVersion}
}

/** The pods there are; without any, the first that comes in this time. */
export const awaitPods = async (
  connection: Connection,
  namespace: string,
  selector: string,
  timeoutMs: number,
): Promise<[Obj, ...Obj[]]> => {
  const {found, resourceVersion} = await listPods(connection, namespace, selector)
  const [first, ...rest] = found
  if (first) return [first, ...rest]
  const signal = AbortSignal.timeout(timeoutMs)
  const url = listUrl(pods, namespace, {labelSelector: selector, watch: 'true', resourceVersion})
  try {
    for await (const {type, object} of watchEvents(connection.client, url, {signal}))
      if (type !== 'DELETED') return [object]
  } catch (error) {
    if (!isClosed(error)) throw error
  }
  throw new Error('timed out waiting for the condition')
}

export const fetchNamed = async (connect: () => Promise<Connection>, word: string): Promise<Info> => {
  const mapper = createMapper(async () => (await connect()).client)
  const {namespace} = await connect()
  const [first = '', second] = word.split('/')
  const resource = second === undefined ? pods : await mapper.byWord(first)
  const where = {resource, namespace: resource.namespaced ? namespace : '', name: second ?? first}
  return {...where, object: await fetchObject({connect}, where), source: ''}
}

/** The pod to attach to. */
export const attachablePod = async (
  connect: () => Promise<Connection>,
  word: string,
  timeoutMs: number,
): Promise<{readonly pod: Obj; readonly info: Info}> => {
  const info = await fetchNamed(connect, word)
  if (textAt(info.object, 'kind') === 'Pod') return {pod: info.object, info}
  let selector: string
  try {
    selector = podSelectorOf(info.object)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot attach to *v1.${textAt(info.object, 'kind')}: ${why}`, {cause: error})
  }
  const [pod] = await awaitPods(await connect(), info.namespace, selector, timeoutMs)
  return {pod, info}
}

export const containerNames = (pod: Obj): string[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    listAt(pod, 'spec', list).map((container) => textAt(container, 'name')),
  )

export const isEphemeral = (pod: Obj, container: string): boolean =>
  listAt(pod, 'spec', 'ephemeralContainers').some(({name}) => name === container)

interface Say {
  err(text: string): void
}

/** The container that is meant; of several, the default one is said. */
export const chooseContainer = (pod: Obj, asked: string, io: Say, quiet = false): string => {
  const regular = listAt(pod, 'spec', 'containers').map((container) => textAt(container, 'name'))
  if (asked !== '') {
    if (!containerNames(pod).includes(asked)) throw new Error(`container ${asked} not found in pod ${nameOf(pod)}`)
    return asked
  }
  const annotated = stringsAt(pod, 'metadata', 'annotations')['kubectl.kubernetes.io/default-container']
  if (annotated && containerNames(pod).includes(annotated)) return annotated
  const [first = ''] = regular
  if (containerNames(pod).length > 1 && !quiet) {
    const suffixed = [
      ...regular,
      ...listAt(pod, 'spec', 'initContainers').map((one) => `${textAt(one, 'name')} (init)`),
      ...listAt(pod, 'spec', 'ephemeralContainers').map((one) => `${textAt(one, 'name')} (ephem)`),
    ]
    io.err(`Defaulted container ${JSON.stringify(first)} out of: ${suffixed.join(', ')}\n`)
  }
  return first
}
