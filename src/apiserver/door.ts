// Where every request comes in, whatever carried it: read the path, check who may, hand it to its handler, and put the
// answer in the form that was asked for. Errors become Status objects here and nowhere else.

import {randomUUID} from 'node:crypto'
import {columnDescriptions} from '../api/kinds/descriptions.ts'
import type {ApiRequest, ApiResponse, UserInfo} from '../api/transport.ts'
import {impersonated} from './auth/impersonate.ts'
import type {Backend} from './backend.ts'
import {dispatch} from './dispatch.ts'
import {noSuchPath} from './errors.ts'
import {answerPath} from './paths.ts'
import type {Call} from './request/call.ts'
import {type RequestInfo, requestInfo} from './request/info.ts'
import type {Answer} from './respond/answer.ts'
import {type Form, negotiate} from './respond/negotiate.ts'
import {formOf, render, shown} from './respond/render.ts'
import {asApiError, failureOf} from './respond/status.ts'
import {warningHeaders} from './respond/warnings.ts'

export interface Arrival {
  readonly request: ApiRequest
  readonly user: UserInfo
  readonly userAgent: string
  readonly local: boolean
}

const plainForm: Form = {encoding: 'json', shape: 'Object', version: ''}

const everyAnswer = {'cache-control': 'no-cache, private'}

const withHeaders = (response: ApiResponse, call: Call): ApiResponse => {
  const headers = {
    'audit-id': randomUUID(),
    ...everyAnswer,
    ...response.headers,
    ...warningHeaders(call.warnings),
  }
  // Getters stay lazy: whoever wants the object does not pay for the bytes, and the other way round.
  return {
    status: response.status,
    headers,
    get body() {
      return response.body
    },
    get object() {
      return response.object
    },
    get events() {
      return response.events
    },
  }
}

export const callOf = ({request, user, userAgent, local}: Arrival, info: RequestInfo): Call => ({
  request,
  info,
  user,
  local,
  userAgent,
  warnings: new Set(),
  annotations: new Map(),
})

/** Who it really is about, and whether they may. Throws Forbidden. */
export const admit = (backend: Backend, arrival: Arrival, info: RequestInfo): Call => {
  const user = impersonated(backend.authorizer, arrival.request, arrival.user)
  backend.authorizer.check(user, info)
  return callOf({...arrival, user}, info)
}

export const handle = async (backend: Backend, arrival: Arrival): Promise<ApiResponse> => {
  const {clock} = backend
  const start = clock.monotonic()
  const receivedMs = clock.now()
  let call: Call | undefined
  let response: ApiResponse
  let reason: string | undefined
  try {
    const info = requestInfo(arrival.request.method, arrival.request.url)
    call = callOf(arrival, info)
    backend.metrics.started(call)
    call = admit(backend, arrival, info)
    response = withHeaders(await answer(backend, call), call)
  } catch (error) {
    reason = asApiError(error).reason
    response = failed(backend, arrival, error, call)
  }
  if (call) {
    const seconds = (clock.monotonic() - start) / 1000
    // In this process nobody asked for bytes: they are not made just to be counted.
    const sizeBytes = !arrival.local && response.body instanceof Uint8Array ? response.body.length : undefined
    backend.metrics.finished({call, code: response.status, seconds, sizeBytes})
    const auditId = String(response.headers['audit-id'] ?? '')
    backend.audit?.write({call, auditId, code: response.status, receivedMs, finishedMs: clock.now(), reason})
  }
  return response
}

const foreign: ReadonlySet<string> = new Set(['proxy', 'log', 'exec', 'attach', 'portforward'])

const answer = async (backend: Backend, call: Call): Promise<ApiResponse> => {
  const path = call.request.url.split('?', 1)[0] ?? ''
  for (const route of backend.routes) {
    const response = route.matches(path) ? await route.handle(call.request, call.user) : undefined
    if (response) return response
  }
  if (!call.info.isResource) {
    const plain = await answerPath(backend, call)
    if (!plain) throw noSuchPath()
    return render(backend, call, plainForm, plain)
  }
  // What comes from nodes and pods has the form they gave it.
  const form = foreign.has(call.info.subresource) ? plainForm : formOf(call, call.info.verb)
  const made: Answer = await dispatch(backend, call)
  await prepared(backend, made)
  return render(backend, call, await withDescriptions(form, made), made)
}

/** Objects of custom kinds may have to be converted before they can be shown. */
const prepared = (backend: Backend, answer: Answer): Promise<void> | undefined => {
  if (answer.type === 'entry') return backend.objects.prepare(answer.kind, [answer.entry])
  return answer.type === 'list' ? backend.objects.prepare(answer.kind, answer.entries) : undefined
}

/** Tables say what their columns mean. */
const withDescriptions = async (form: Form, answer: Answer): Promise<Form> =>
  form.shape === 'Table' && 'kind' in answer && answer.kind
    ? {...form, descriptions: await columnDescriptions(answer.kind)}
    : form

const failed = (backend: Backend, arrival: Arrival, error: unknown, call: Call | undefined): ApiResponse => {
  const apiError = asApiError(error)
  if (apiError !== error) backend.logger.error('a request failed unexpectedly', {error, url: arrival.request.url})
  const status = failureOf(apiError)
  const response = shown(errorForm(arrival.request.headers.accept ?? ''), apiError.code, status)
  const retry = apiError.details?.retryAfterSeconds
  const headers = retry === undefined ? response.headers : {...response.headers, 'retry-after': String(retry)}
  const complete = {...response, headers}
  return call ? withHeaders(complete, call) : complete
}

const errorForm = (accept: string): Form => {
  try {
    return {...negotiate(accept), shape: 'Object'}
  } catch {
    // Whoever accepts nothing we have is told so in JSON.
    return plainForm
  }
}
