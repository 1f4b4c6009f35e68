// The daemon's own requests, under /mini/ at the API server's door: what `mini status`, `mini stop` and friends ask for.
// Only administrators may.
import {ApiError, statusOf} from '../api/errors.ts'
import type {ApiRequest, ApiResponse, UserInfo} from '../api/transport.ts'
import type {Route} from '../apiserver/contract.ts'
import {hasCode} from '../lib/node-error.ts'
import {UsageError} from '../lib/usage-error.ts'

/** What is asked: the part of the path behind the action's own, and the body. */
export interface ControlRequest {
  readonly rest: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export type ControlAction = (request: ControlRequest) => unknown

/** Keyed by method and first path segment: `POST stop`. */
export type ControlActions = Readonly<Record<string, ControlAction>>

const root = '/mini/'

const answer = (status: number, body: unknown): ApiResponse => ({
  status,
  headers: {'content-type': 'application/json'},
  body: Buffer.from(`${JSON.stringify(body)}\n`),
})

const readJson = async (body: ApiRequest['body']): Promise<unknown> => {
  if (body === undefined) return undefined
  if (typeof body === 'object' && !(body instanceof Uint8Array) && !(Symbol.asyncIterator in body)) return body
  const chunks: (Uint8Array | string)[] = []
  if (typeof body === 'string' || body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body) chunks.push(chunk)
  const text = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))).toString('utf8')
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ApiError('BadRequest', `the body is not JSON: ${(error as Error).message}`, {cause: error})
  }
}

const asApiError = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error
  if (error instanceof UsageError) return new ApiError('BadRequest', error.message, {cause: error})
  if (hasCode(error, 'ENOSPC', 'SQLITE_FULL')) return new ApiError('InternalError', 'the disk is full', {cause: error})
  return new ApiError('InternalError', error instanceof Error ? error.message : String(error), {cause: error})
}

export const controlRoute = (actions: ControlActions): Route => ({
  name: 'mini',
  matches: (path) => path.startsWith(root),
  async handle(request: ApiRequest, user: UserInfo) {
    const url = new URL(request.url, 'http://mini')
    const [segment = '', ...rest] = url.pathname.slice(root.length).split('/')
    const action = actions[`${request.method} ${segment}`]
    if (!action) return undefined
    try {
      if (!user.groups.includes('system:masters'))
        throw new ApiError(
          'Forbidden',
          `forbidden: User "${user.name}" cannot ${request.method} path "${url.pathname}"`,
        )
      const body = await readJson(request.body)
      const rested = rest.map(decodeURIComponent).join('/')
      return answer(200, (await action({rest: rested, query: url.searchParams, body})) ?? {})
    } catch (error) {
      const failure = asApiError(error)
      return answer(failure.code, statusOf(failure))
    }
  },
})
