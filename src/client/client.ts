// The client over any transport: turns verbs into requests and answers into objects or ApiErrors.
import {ApiError, errorFromStatus} from '../api/errors.ts'
import type {KubeObject, Stored, WatchEvent} from '../api/object.ts'
import {apiVersionOf, pathOf, type Resource} from '../api/resource.ts'
import type {Status} from '../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, Transport} from '../api/transport.ts'
import {readBody, readLines} from './body.ts'
import type {ApiClient, ClientIdentity, DeleteOptions, ListOptions, Patch, WriteOptions} from './contract.ts'

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

type Query = Readonly<Record<string, string | number | boolean | undefined>>

const withQuery = (path: string, query: Query): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

const writeQuery = ({dryRun, fieldManager, fieldValidation}: WriteOptions): Query => ({
  dryRun: dryRun ? 'All' : undefined,
  fieldManager,
  fieldValidation,
})

const listQuery = (options: ListOptions): Query => ({
  labelSelector: options.labelSelector,
  fieldSelector: options.fieldSelector,
  limit: options.limit,
  continue: options.continue,
  resourceVersion: options.resourceVersion,
  resourceVersionMatch: options.resourceVersionMatch,
})

const deleteBody = ({dryRun, gracePeriodSeconds, propagationPolicy, preconditions}: DeleteOptions): KubeObject =>
  ({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(dryRun ? {dryRun: ['All']} : {}),
    ...(gracePeriodSeconds === undefined ? {} : {gracePeriodSeconds}),
    ...(propagationPolicy === undefined ? {} : {propagationPolicy}),
    ...(preconditions === undefined ? {} : {preconditions}),
  }) as KubeObject

const identityHeaders = ({user, groups, userAgent}: ClientIdentity): Record<string, string> => ({
  ...(user === undefined ? {} : {'impersonate-user': user}),
  ...(groups === undefined || groups.length === 0 ? {} : {'impersonate-group': groups.join(',')}),
  ...(userAgent === undefined ? {} : {'user-agent': userAgent}),
})

const identified = <T extends KubeObject>(resource: Resource, object: T): T =>
  object.apiVersion && object.kind ? object : {...object, apiVersion: apiVersionOf(resource), kind: resource.kind}

/** The error an answer stands for; `undefined` when it is none. */
export const errorOf = async (response: ApiResponse): Promise<ApiError | undefined> => {
  if (response.status < 400) return undefined
  if (response.object !== undefined) return errorFromStatus(response.object as Status)
  const text = (await readBody(response.body)).toString('utf8')
  try {
    const status = JSON.parse(text) as Status
    if (status.kind === 'Status') return errorFromStatus(status)
  } catch {
    // Not JSON: an answer from something in between, or of a plain handler. Its text is the message.
  }
  return new ApiError('', text.trim() || `the server answered with status ${response.status}`, {code: response.status})
}

export const createClient = (transport: Transport, identity: ClientIdentity = {}): ApiClient => {
  const headers = identityHeaders(identity)

  const send = (request: ApiRequest): Promise<ApiResponse> =>
    transport.request({...request, headers: {accept: 'application/json', ...headers, ...request.headers}})

  const call = async <Answer>(
    method: string,
    url: string,
    options: {readonly body?: object | undefined; readonly type?: string; readonly signal?: AbortSignal | undefined},
  ): Promise<Answer> => {
    const response = await send({
      method,
      url,
      headers: options.body === undefined ? {} : {'content-type': options.type ?? 'application/json'},
      body: options.body as KubeObject | undefined,
      signal: options.signal,
    })
    const error = await errorOf(response)
    if (error) throw error
    if (response.object !== undefined) return response.object as Answer
    return JSON.parse((await readBody(response.body)).toString('utf8')) as Answer
  }

  const patchWith = <T extends KubeObject>(
    resource: Resource<T>,
    name: {readonly namespace?: string | undefined; readonly name: string},
    type: string,
    body: object,
    options: WriteOptions & {readonly force?: boolean | undefined},
  ): Promise<Stored<T>> =>
    call(
      'PATCH',
      withQuery(pathOf(resource, {...name, subresource: options.subresource}), {
        ...writeQuery(options),
        force: options.force,
      }),
      {
        body,
        type,
        signal: options.signal,
      },
    )

  return {
    get: (resource, name, {resourceVersion, subresource, signal} = {}) =>
      call('GET', withQuery(pathOf(resource, {...name, subresource}), {resourceVersion}), {signal}),

    list: (resource, options = {}) =>
      call('GET', withQuery(pathOf(resource, {namespace: options.namespace}), listQuery(options)), {
        signal: options.signal,
      }),

    async *watch<T extends KubeObject>(resource: Resource<T>, options = {} as Parameters<ApiClient['watch']>[1]) {
      const {namespace, labelSelector, fieldSelector, resourceVersion, sendInitialEvents, timeoutSeconds, signal} =
        options ?? {}
      const url = withQuery(pathOf(resource, {namespace}), {
        watch: true,
        allowWatchBookmarks: true,
        labelSelector,
        fieldSelector,
        resourceVersion,
        sendInitialEvents,
        resourceVersionMatch: sendInitialEvents ? 'NotOlderThan' : undefined,
        timeoutSeconds,
      })
      try {
        const response = await send({method: 'GET', url, headers: {}, signal})
        const error = await errorOf(response)
        if (error) throw error
        const events = (response.events ?? parsedEvents(response)) as AsyncIterable<WatchEvent<T>>
        for await (const event of events) {
          if (event.type === 'ERROR') throw errorFromStatus(event.object as unknown as Status)
          yield event
        }
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    },

    create: (resource, object, options = {}) =>
      call(
        'POST',
        withQuery(
          pathOf(resource, {
            namespace: object.metadata?.namespace,
            name: options.subresource ? object.metadata?.name : undefined,
            subresource: options.subresource,
          }),
          writeQuery(options),
        ),
        {body: identified(resource, object), signal: options.signal},
      ),

    update: (resource, object, options = {}) =>
      call(
        'PUT',
        withQuery(
          pathOf(resource, {
            namespace: object.metadata?.namespace,
            name: object.metadata?.name ?? '',
            subresource: options.subresource,
          }),
          writeQuery(options),
        ),
        {body: identified(resource, object), signal: options.signal},
      ),

    patch: (resource, name, patch: Patch, options = {}) =>
      patchWith(resource, name, patchTypes[patch.type], patch.body, options),

    apply: (resource, object, options) =>
      patchWith(
        resource,
        {namespace: object.metadata?.namespace, name: object.metadata?.name ?? ''},
        patchTypes.apply,
        identified(resource, object),
        options,
      ),

    delete: (resource, name, options = {}) =>
      call('DELETE', pathOf(resource, name), {body: deleteBody(options), signal: options.signal}),

    deleteCollection: (resource, list, options = {}) =>
      call('DELETE', withQuery(pathOf(resource, {namespace: list.namespace}), listQuery(list)), {
        body: deleteBody(options),
        signal: options.signal,
      }),

    post: (resource, name, subresource, body, options = {}) =>
      call('POST', withQuery(pathOf(resource, {...name, subresource}), writeQuery(options)), {
        body,
        signal: options.signal,
      }),

    raw: send,
    stream: (request) => transport.upgrade({...request, headers: {...headers, ...request.headers}}),
    as: (other) => createClient(transport, {...identity, ...other}),
  }
}

async function* parsedEvents(response: ApiResponse): AsyncGenerator<WatchEvent<KubeObject>> {
  for await (const line of readLines(response.body)) if (line !== '') yield JSON.parse(line) as WatchEvent<KubeObject>
}
