// Plain requests by path, with the server's Status as the error.
import {ApiError} from '../api/errors.ts'
import type {ApiResponse} from '../api/transport.ts'
import {readBody} from '../client/body.ts'
import {errorOf} from '../client/client.ts'
import type {ApiClient} from '../client/contract.ts'
import {parseBigJson} from './big-json.ts'
import {compactJson} from './output/json.ts'

export interface RequestOptions {
  readonly method?: string
  readonly body?: unknown
  readonly type?: string
  readonly accept?: string
  readonly signal?: AbortSignal | undefined
}

/** Throws the ApiError of an answer that is none. */
export const send = async (client: ApiClient, url: string, options: RequestOptions = {}): Promise<ApiResponse> => {
  const {body} = options
  const response = await client.raw({
    method: options.method ?? 'GET',
    url,
    headers: {
      accept: options.accept ?? 'application/json',
      ...(body === undefined ? {} : {'content-type': options.type ?? 'application/json'}),
    },
    ...(body === undefined
      ? {}
      : {body: typeof body === 'string' || body instanceof Uint8Array ? body : compactJson(body)}),
    signal: options.signal,
  })
  const error = await errorOf(response)
  if (error) throw known(error)
  return response
}

/** An answer without a Status (from a proxy, or for a path nobody serves) still has a reason. */
const known = (error: ApiError): ApiError => {
  if (error.reason !== '' || error.code !== 404) return error
  return new ApiError('NotFound', nowhere, {cause: error})
}

export const sendText = async (client: ApiClient, url: string, options: RequestOptions = {}): Promise<string> =>
  (await readBody((await send(client, url, options)).body)).toString('utf8')

const nowhere = 'the server could not find the requested resource'

/** A path nobody serves: what was sought is said in its place. */
const withSought = (error: unknown, method: string, url: string): unknown => {
  if (!(error instanceof ApiError) || error.message !== nowhere || !(error.cause instanceof ApiError)) return error
  const path = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/?]+)(?:\/([^/?]+))?/.exec(url)
  if (!path) return error
  const [, group, plural = '', name] = path
  const sought = [method.toLowerCase(), group ? `${plural}.${group}` : plural, ...(name ? [name] : [])].join(' ')
  return new ApiError(error.reason, `${nowhere} (${sought})`, {code: error.code, cause: error})
}

export const getJson = async <Answer>(
  client: ApiClient,
  url: string,
  options: RequestOptions = {},
): Promise<Answer> => {
  try {
    return parseBigJson(await sendText(client, url, options)) as Answer
  } catch (error) {
    throw withSought(error, options.method ?? 'GET', url)
  }
}
