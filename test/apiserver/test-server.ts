// A server on a store of its own, spoken to through a real socket.
import {request as httpRequest} from 'node:http'
import {join} from 'node:path'
import type {ApiServer, ApiServerOptions} from '../../src/apiserver/contract.ts'
import {createApiServer} from '../../src/apiserver/server.ts'
import type {Store} from '../../src/store/contract.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {tempFolder} from '../helpers/temp.ts'

export interface Answered<T> {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  readonly json: T
}

export interface Asking {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

export interface TestServer extends AsyncDisposable {
  readonly server: ApiServer
  readonly store: Store
  readonly socket: string
  /** Bodies that are not text are sent as JSON; the answer's JSON is only parsed when read. */
  ask<T = Record<string, never>>(path: string, asking?: Asking): Promise<Answered<T>>
}

export const ask = <T>(
  socketPath: string,
  path: string,
  {method = 'GET', headers = {}, body}: Asking = {},
): Promise<Answered<T>> =>
  new Promise((resolve, reject) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const type: Record<string, string> = text === undefined ? {} : {'content-type': 'application/json'}
    const sent = httpRequest({socketPath, path, method, headers: {...type, ...headers}}, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: answer,
          get json(): T {
            return JSON.parse(answer) as T
          },
        })
      })
    })
    sent.on('error', reject)
    sent.end(text)
  })

export const testServer = async (options: Partial<ApiServerOptions> = {}): Promise<TestServer> => {
  const folder = tempFolder()
  const store = await openStore({file: join(folder.path, 'state.db'), durable: false})
  const server = createApiServer({...options, store})
  await server.bootstrap()
  const socket = join(folder.path, 'mini.sock')
  await server.listenUnix(socket)
  return {
    server,
    store,
    socket,
    ask: (path, asking) => ask(socket, path, asking),
    async [Symbol.asyncDispose]() {
      await server.close()
      await store[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
