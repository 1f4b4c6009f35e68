// What only the node of a pod can answer: logs, commands, ports. The server finds the node and passes the request on.
import {ApiError, errorFromStatus} from '../../api/errors.ts'
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {Pod, Status} from '../../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, Transport} from '../../api/transport.ts'
import type {Backend} from '../backend.ts'
import {badRequest} from '../errors.ts'
import {existing} from '../handlers/get.ts'
import type {Call} from '../request/call.ts'
import {boolParameter, intParameter} from '../request/query.ts'
import {admitConnect} from './connect.ts'
import {containerOf} from './containers.ts'
import type {SubresourceHandler} from './index.ts'

type ReadPod = DeepReadonly<Pod>

const podOf = (backend: Backend, call: Call, kind: Kind): ReadPod =>
  backend.objects.object(kind, existing(backend, kind, call.info.namespace, call.info.name)) as unknown as ReadPod

export const kubeletOf = async (backend: Backend, nodeName: string): Promise<Transport> => {
  if (!backend.nodeConnector) throw new ApiError('ServiceUnavailable', 'this server reaches no nodes')
  return backend.nodeConnector(nodeName)
}

const bodyText = async (body: ApiResponse['body']): Promise<string> => {
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8')
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const statusIn = (text: string): Status | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    const value = JSON.parse(text) as Status
    return value.kind === 'Status' ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What a kubelet refused, in the server's words. */
const refusal = async (response: ApiResponse): Promise<ApiError> => {
  const text = (await bodyText(response.body)).slice(0, 50_000)
  const status = statusIn(text)
  if (status) return errorFromStatus(status)
  if (response.status === 400) return badRequest(text)
  if (response.status === 404)
    return new ApiError('NotFound', `the server could not find the requested resource`, {
      details: {causes: [{message: text}]},
    })
  return new ApiError('InternalError', `Internal error occurred: ${text}`, {
    code: response.status < 400 ? 500 : response.status,
  })
}

const validateLogOptions = (query: URLSearchParams, name: string): void => {
  const errors = new FieldErrors()
  const tail = intParameter(query, 'tailLines')
  const limit = intParameter(query, 'limitBytes')
  const since = intParameter(query, 'sinceSeconds')
  const stream = query.get('stream') ?? 'All'
  if (tail !== undefined && tail < 0) errors.invalid('tailLines', tail, 'must be greater than or equal to 0')
  if (limit !== undefined && limit < 1) errors.invalid('limitBytes', limit, 'must be greater than 0')
  if (since !== undefined && query.get('sinceTime'))
    errors.forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified')
  else if (since !== undefined && since < 1) errors.invalid('sinceSeconds', since, 'must be greater than 0')
  if (!['All', 'Stdout', 'Stderr', ''].includes(stream))
    errors.notSupported('stream', stream, ['All', 'Stdout', 'Stderr'])
  if (errors.list.length > 0) throw invalidObject({group: '', kind: 'PodLogOptions'}, name, errors.list)
}

const passed = ['previous', 'follow', 'timestamps', 'sinceSeconds', 'sinceTime', 'tailLines', 'limitBytes', 'stream']

export const podLog: SubresourceHandler = async (backend, call, kind) => {
  const {query, namespace, name} = call.info
  validateLogOptions(query, name)
  const pod = podOf(backend, call, kind)
  const container = containerOf(pod, query.get('container') ?? '')
  const nodeName = pod.spec?.nodeName ?? ''
  const headers = {'content-type': 'text/plain'}
  if (nodeName === '') return {type: 'raw', response: {status: 200, headers, body: Buffer.alloc(0)}}
  const options = new URLSearchParams()
  for (const option of passed) {
    const value = query.get(option)
    if (value) options.set(option, value)
  }
  const kubelet = await kubeletOf(backend, nodeName)
  const path = ['/containerLogs', namespace, name, container].map(encodePart).join('/')
  const request: ApiRequest = {method: 'GET', url: `${path}?${options}`, headers: {}, signal: call.request.signal}
  const response = await kubelet.request(request)
  if (response.status < 200 || response.status > 206) throw await refusal(response)
  return {type: 'raw', response: {status: 200, headers, body: response.body}}
}

const encodePart = (part: string): string => (part.startsWith('/') ? part : encodeURIComponent(part))

/** The kubelet's names for what is connected. */
const streams: readonly (readonly [string, string])[] = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
]

const streamQuery = (query: URLSearchParams): URLSearchParams => {
  const options = new URLSearchParams()
  for (const [ours, theirs] of streams) if (boolParameter(query, ours)) options.set(theirs, '1')
  return options
}

export interface Connection {
  readonly transport: Transport
  /** As the other side is asked. */
  readonly url: string
}

export type Connector = (backend: Backend, call: Call, kind: Kind) => Promise<Connection>

const scheduledPod = (backend: Backend, call: Call, kind: Kind): ReadPod & {readonly nodeName: string} => {
  const pod = podOf(backend, call, kind)
  const nodeName = pod.spec?.nodeName ?? ''
  if (nodeName === '') throw badRequest(`pod ${call.info.name} does not have a host assigned`)
  return {...pod, nodeName}
}

const inContainer =
  (verb: 'exec' | 'attach'): Connector =>
  async (backend, call, kind) => {
    const {query, namespace, name} = call.info
    const pod = scheduledPod(backend, call, kind)
    const container = containerOf(pod, query.get('container') ?? '')
    const options = streamQuery(query)
    if (options.size === 0) throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
    for (const word of verb === 'exec' ? query.getAll('command') : []) options.append('command', word)
    const path = [`/${verb}`, namespace, name, container].map(encodePart).join('/')
    return {transport: await kubeletOf(backend, pod.nodeName), url: `${path}?${options}`}
  }

const forward: Connector = async (backend, call, kind) => {
  const {query, namespace, name} = call.info
  const pod = scheduledPod(backend, call, kind)
  const options = new URLSearchParams(query.getAll('ports').map((port): [string, string] => ['port', port]))
  const path = ['/portForward', namespace, name].map(encodePart).join('/')
  return {transport: await kubeletOf(backend, pod.nodeName), url: options.size > 0 ? `${path}?${options}` : path}
}

/** Subresources of pods that turn the connection into another protocol. */
export const podConnectors: Readonly<Record<string, Connector>> = {
  exec: inContainer('exec'),
  attach: inContainer('attach'),
  portforward: forward,
}

/** Without an upgrade there is nothing these could answer. */
export const upgradeRequired: SubresourceHandler = async (backend, call, kind) => {
  await admitConnect(backend, call, kind)
  await podConnectors[call.info.subresource]?.(backend, call, kind)
  throw badRequest('Upgrade request required')
}
