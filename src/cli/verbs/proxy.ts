import {once} from 'node:events'
import {rmSync, statSync} from 'node:fs'
import {createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES} from 'node:http'
import type {AddressInfo} from 'node:net'
import {resolve} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {flags} from '../commands/proxy.ts'
import type {Invocation} from '../invocation.ts'
import {isAccepted, patterns} from '../proxy/filter.ts'
import {passOn, passOnUpgrade} from '../proxy/pass-on.ts'
import {sendFile} from '../proxy/static-files.ts'

type Proxy = Invocation<typeof flags>

const asPrefix = (text: string): string => `/${text.replace(/^\/+|\/+$/g, '')}/`.replace('//', '/')

/** The path below the prefix, with its slash; undefined: not below it. */
const below = (prefix: string, url: string): string | undefined =>
  url.startsWith(prefix) ? url.slice(prefix.length - 1) : undefined

const refuse = (response: ServerResponse, status: number): void => {
  response.writeHead(status, {'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff'})
  response.end(status === 404 ? '404 page not found\n' : `${STATUS_CODES[status]}\n`)
}

const acceptance = ({flags: own}: Proxy): ((request: IncomingMessage, url: string) => boolean) => {
  if (own['disable-filter']) return () => true
  const filter = {
    acceptHosts: patterns(own['accept-hosts']),
    acceptPaths: patterns(own['accept-paths']),
    rejectPaths: patterns(own['reject-paths']),
    rejectMethods: patterns(own['reject-methods']),
  }
  return ({method = 'GET', headers}, url) => isAccepted(filter, method, url.split('?')[0] ?? '', headers.host ?? '')
}

const proxyServer = async (invocation: Proxy): Promise<Server> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  const accepts = acceptance(invocation)
  const api = asPrefix(own['api-prefix'])
  const www = own.www === '' ? undefined : asPrefix(own['www-prefix'])
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '/'
    const file = www === undefined ? undefined : below(www, url)
    const path = below(api, url)
    if (file !== undefined) await sendFile(resolve(io.cwd, own.www), file.split('?')[0] ?? '', response)
    else if (path === undefined) refuse(response, 404)
    else if (!accepts(request, path)) refuse(response, 403)
    else await passOn(client, path, request, response)
  }
  const probing = {keepAlive: own.keepalive > 0, keepAliveInitialDelay: own.keepalive}
  const server = createServer(probing, (request, response) => {
    answer(request, response).catch((error: Error) => {
      if (response.headersSent || response.destroyed) return response.destroy()
      io.err(`${error.message}\n`)
      return refuse(response, 502)
    })
  })
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => {})
    const path = below(api, request.url ?? '/')
    if (path === undefined || !accepts(request, path))
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    else
      passOnUpgrade(client, path, request, socket).catch(() =>
        socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
      )
  })
  return server
}

/** One that another proxy left behind. */
const removeSocket = (path: string): void => {
  if (path !== '' && statSync(path, {throwIfNoEntry: false})?.isSocket()) rmSync(path)
}

const listen = (server: Server, {flags: own}: Proxy): Promise<string> => {
  const {promise, resolve: done, reject} = Promise.withResolvers<string>()
  const where = own['unix-socket'] || `${own.address}:${own.port}`
  server.once('error', (error) => {
    const why = hasCode(error, 'EADDRINUSE') ? 'bind: address already in use' : error.message
    reject(new Error(`listen ${own['unix-socket'] ? 'unix' : 'tcp'} ${where}: ${why}`, {cause: error}))
  })
  const say = (): void => done(own['unix-socket'] || `${own.address}:${(server.address() as AddressInfo).port}`)
  if (own['unix-socket']) server.listen(own['unix-socket'], say)
  else server.listen(own.port, own.address, say)
  return promise
}

export const proxy = async (invocation: Proxy): Promise<void> => {
  const {flags: own, io, given} = invocation
  if (given('port') && own['unix-socket'] !== '')
    throw new Error('cannot set --unix-socket and --port at the same time')
  const server = await proxyServer(invocation)
  removeSocket(own['unix-socket'])
  io.out(`Starting to serve on ${await listen(server, invocation)}\n`)
  await once(server, 'close')
}
