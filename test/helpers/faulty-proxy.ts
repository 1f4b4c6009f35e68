// Between a client and a registry: writes down what is asked, and cuts, slows, or sends elsewhere what is answered.
import {createServer, type IncomingMessage, request, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {setTimeout as wait} from 'node:timers/promises'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
}

export interface FaultyProxy extends AsyncDisposable {
  readonly host: string
  readonly asked: Asked[]
  /** Of large blobs at the same time, at most so far. */
  readonly mostAtOnce: () => number
  faults: {
    /** Blobs: the connection breaks after so many bytes, each time. */
    cutAfter?: number
    /** Blobs: so many bytes, then a pause. */
    slowly?: {readonly bytes: number; readonly ms: number}
    /** Blobs: nothing is sent any more after so many bytes, and the connection stays open; once. */
    hangAfter?: number
    /** Blobs are at another host. */
    redirectTo?: string
    /** Every answer is this. */
    status?: number
    ignoreRange?: boolean
  }
}

const isBlob = (path: string): boolean => path.includes('/blobs/sha256:')
const SMALL = 4096

export const startFaultyProxy = async (target: string): Promise<FaultyProxy> => {
  const asked: Asked[] = []
  let [now, most] = [0, 0]
  const proxy = {faults: {} as FaultyProxy['faults']}

  const passOn = async (upstream: IncomingMessage, response: ServerResponse): Promise<void> => {
    const {cutAfter, hangAfter, slowly} = proxy.faults
    let sent = 0
    for await (const chunk of upstream as AsyncIterable<Buffer>) {
      const step = slowly?.bytes ?? chunk.length
      for (let at = 0; at < chunk.length; at += step) {
        const piece = chunk.subarray(at, at + step)
        if (cutAfter !== undefined && sent + piece.length > cutAfter) {
          response.write(piece.subarray(0, cutAfter - sent), () => response.destroy())
          return
        }
        if (hangAfter !== undefined && sent + piece.length > hangAfter) {
          proxy.faults = {}
          return
        }
        if (response.destroyed) return
        response.write(piece)
        sent += piece.length
        if (slowly) await wait(slowly.ms)
      }
    }
    response.end()
  }

  const server = createServer((incoming, response) => {
    const {headers, method = 'GET', url = '/'} = incoming
    asked.push({method, path: url, range: headers.range, authorization: headers.authorization})
    const {faults} = proxy
    if (faults.status) return void response.writeHead(faults.status).end()
    const blob = method === 'GET' && isBlob(url)
    if (blob && faults.redirectTo) {
      response.writeHead(307, {location: `http://${faults.redirectTo}${url}`}).end()
      return
    }
    const passed = {...headers, host: target}
    if (faults.ignoreRange) delete passed.range
    const [hostname, port] = target.split(':')
    const outgoing = request({hostname, port, method, path: url, headers: passed}, (upstream) => {
      const large = blob && Number(upstream.headers['content-length']) > SMALL
      if (large) most = Math.max(most, ++now)
      response.on('close', () => {
        if (large) now--
      })
      response.writeHead(upstream.statusCode ?? 502, upstream.headers)
      if (large) void passOn(upstream, response).catch(() => response.destroy())
      else upstream.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(proxy, {
    host,
    asked,
    mostAtOnce: () => most,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}
