// Connections through a proxy: CONNECT of HTTP proxies, and SOCKS5.
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import type {Duplex} from 'node:stream'
import tls from 'node:tls'

export interface Target {
  readonly host: string
  readonly port: number
}

const credentials = ({username, password}: URL): string | undefined =>
  username === '' ? undefined : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`

const byConnect = (proxy: URL, {host, port}: Target): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const who = credentials(proxy)
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const request = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(who ? {'proxy-authorization': `Basic ${Buffer.from(who).toString('base64')}`} : {}),
      },
    })
    request.once('error', reject)
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket)
      else {
        socket.destroy()
        reject(new Error(response.statusMessage || `proxy answered ${response.statusCode}`))
      }
    })
    request.end()
  })

/** So many bytes, no more: what follows belongs to the tunnel. */
const readExactly = async (socket: net.Socket, length: number): Promise<Buffer> => {
  for (;;) {
    const chunk: Buffer | null = socket.read(length)
    if (chunk) return chunk
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        socket.off('readable', done).off('end', ended).off('error', failed)
        resolve()
      }
      const ended = (): void => reject(new Error('the proxy closed the connection'))
      const failed = (error: Error): void => reject(error)
      socket.once('readable', done).once('end', ended).once('error', failed)
    })
  }
}

const greet = async (socket: net.Socket, who: string | undefined): Promise<void> => {
  socket.write(Buffer.from(who ? [5, 2, 0, 2] : [5, 1, 0]))
  const [, method] = await readExactly(socket, 2)
  if (method === 0) return
  if (method !== 2 || !who) throw new Error('the SOCKS proxy accepts none of our ways to authenticate')
  const [name = '', password = ''] = who.split(':')
  const [n, p] = [Buffer.from(name), Buffer.from(password)]
  socket.write(Buffer.concat([Buffer.from([1, n.length]), n, Buffer.from([p.length]), p]))
  const [, status] = await readExactly(socket, 2)
  if (status !== 0) throw new Error('the SOCKS proxy refused the user')
}

const bySocks = async (proxy: URL, {host, port}: Target): Promise<Duplex> => {
  const socket = net.connect({host: proxy.hostname, port: Number(proxy.port || 1080)})
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject)
    })
    await greet(socket, credentials(proxy))
    const name = Buffer.from(host)
    const wanted = Buffer.from([port >> 8, port & 255])
    socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, wanted]))
    const [, status, , type] = await readExactly(socket, 4)
    if (status !== 0) throw new Error(`the SOCKS proxy could not connect (${status})`)
    const length = type === 1 ? 4 : type === 4 ? 16 : ((await readExactly(socket, 1))[0] ?? 0)
    await readExactly(socket, length + 2)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

export const connectThrough = async (
  proxy: string,
  target: Target,
  secure: tls.ConnectionOptions | undefined,
): Promise<Duplex> => {
  const url = new URL(proxy)
  const known = ['http:', 'https:', 'socks5:', 'socks5h:']
  if (!known.includes(url.protocol))
    throw new Error(
      `proxyURL scheme must be one of http, https, or socks5, got ${JSON.stringify(url.protocol.slice(0, -1))}`,
    )
  const socket = await (url.protocol.startsWith('socks') ? bySocks(url, target) : byConnect(url, target))
  if (!secure) return socket
  return new Promise((resolve, reject) => {
    const over = tls.connect({...secure, socket}, () => resolve(over))
    over.once('error', reject)
  })
}
