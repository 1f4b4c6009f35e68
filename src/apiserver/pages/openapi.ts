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

/** Documents of APIs that other servers answer. */
export interface OtherDocuments {
  readonly generation: number
  documentPaths(): readonly string[]
  document(path: string): Promise<string | undefined>
  documentsV2(): Promise<readonly string[]>
}

type Named = Record<string, unknown>

const withOthers = async (openApi: OpenApi, others: OtherDocuments): Promise<string> => {
  const index = JSON.parse(await openApi.index()) as {paths: Named}
  for (const path of others.documentPaths()) {
    const hash = createHash('sha512').update(`${path}@${others.generation}`).digest('hex').toUpperCase()
    index.paths[path] ??= {serverRelativeURL: `/openapi/v3/${path}?hash=${hash}`}
  }
  return JSON.stringify(index)
}

interface DocumentV2 {
  paths?: Named
  definitions?: Named
}

/** What several define alike is the first one's. */
const mergedV2 = async (openApi: OpenApi, others: OtherDocuments): Promise<string> => {
  const texts = await others.documentsV2()
  const own = await openApi.v2()
  if (texts.length === 0) return own
  const merged = JSON.parse(own) as Required<DocumentV2>
  for (const text of texts) {
    const {paths = {}, definitions = {}} = JSON.parse(text) as DocumentV2
    merged.paths = {...paths, ...merged.paths}
    merged.definitions = {...definitions, ...merged.definitions}
  }
  return JSON.stringify(merged)
}

const documentAt = async (openApi: OpenApi, others: OtherDocuments, path: string): Promise<string | undefined> => {
  const isAlone = others.documentPaths().length === 0
  if (path === '/openapi/v2') return isAlone ? openApi.v2() : mergedV2(openApi, others)
  if (path === '/openapi/v3' || path === '/openapi/v3/') return isAlone ? openApi.index() : withOthers(openApi, others)
  const name = path.slice('/openapi/v3/'.length)
  return (await openApi.document(name)) ?? others.document(name)
}

export const openApiPage = (kinds: KindTable, others: OtherDocuments): Page => {
  const openApi = createOpenApi({kinds: () => kinds.all(), version: kubernetesVersion})
  return async (call, path) => {
    if (!/^\/openapi\/v(?:2$|3(?:$|\/))/.test(path)) return undefined
    if (call.request.method !== 'GET') throw methodNotAllowed()
    if (path === '/openapi/v2' && headerOf(call, 'accept').startsWith(protobufV2))
      return answer(call, openApi.v2Protobuf(), 'application/octet-stream')
    checkAccept(call)
    const text = await documentAt(openApi, others, path)
    return text === undefined ? textResponse(404, '404 page not found\n') : answer(call, text)
  }
}
