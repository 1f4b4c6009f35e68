// /openapi/v3, /openapi/v3/<group and version>, /openapi/v2: what the API looks like, for kubectl and code generators.
import {createHash} from 'node:crypto'
import {ApiError} from '../../api/errors.ts'
import {createOpenApi, type OpenApi} from '../../api/openapi/documents.ts'
import type {Page} from '../backend.ts'
import {methodNotAllowed} from '../errors.ts'
import type {KindTable} from '../kind-table.ts'
import {type Call, headerOf} from '../request/call.ts'
import type {Answer} from '../respond/answer.ts'
import {textResponse} from '../respond/status.ts'
import {kubernetesVersion} from './version.ts'

const answer = (call: Call, text: string | Buffer, type = 'application/json'): Answer => {
  const body = Buffer.from(text)
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`
  const headers = {'content-type': type, etag, vary: 'Accept', 'cache-control': 'no-cache, private'}
  if (headerOf(call, 'if-none-match') === etag)
    return {type: 'raw', response: {status: 304, headers, body: Buffer.alloc(0)}}
  return {type: 'raw', response: {status: 200, headers, body}}
}

const protobufV2 = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'

/** Clients that only take protobuf are told so, and fall back to version 3 in JSON. */
const checkAccept = (call: Call): void => {
  const accept = headerOf(call, 'accept')
  if (accept === '' || /json|\*\/\*|application\/\*/.test(accept)) return
  throw new ApiError('NotAcceptable', 'only the following media types are accepted: application/json')
}

const documentAt = async (openApi: OpenApi, path: string): Promise<string | undefined> => {
  if (path === '/openapi/v2') return openApi.v2()
  if (path === '/openapi/v3' || path === '/openapi/v3/') return openApi.index()
  return openApi.document(path.slice('/openapi/v3/'.length))
}

export const openApiPage = (kinds: KindTable): Page => {
  const openApi = createOpenApi({kinds: () => kinds.all(), version: kubernetesVersion})
  return async (call, path) => {
    if (!/^\/openapi\/v(?:2$|3(?:$|\/))/.test(path)) return undefined
    if (call.request.method !== 'GET') throw methodNotAllowed()
    if (path === '/openapi/v2' && headerOf(call, 'accept').startsWith(protobufV2))
      return answer(call, openApi.v2Protobuf(), 'application/octet-stream')
    checkAccept(call)
    const text = await documentAt(openApi, path)
    return text === undefined ? textResponse(404, '404 page not found\n') : answer(call, text)
  }
}
