// Between clients that speak WebSocket (version 5 of the channels, or SPDY in a tunnel) and container runtimes that know
// SPDY alone: all but mini-cri. The WebSocket ends here.
import {IncomingMessage} from 'node:http'
import {Socket} from 'node:net'
import {type Duplex, duplexPair} from 'node:stream'
import {createWebSocketStream, type WebSocket, WebSocketServer} from 'ws'
import type {ApiRequest} from '../../api/transport.ts'
import {dialSpdy, type SpdyStream} from '../../lib/spdy.ts'
import {connectStream, type Upgraded} from './streams.ts'

const TUNNEL = 'SPDY/3.1+portforward.k8s.io'
const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

const STDIN = 0
const ERROR = 3
const RESIZE = 4
const CLOSE = 255
const outputs = [
  ['stdout', 1],
  ['stderr', 2],
] as const

const offered = ({headers}: ApiRequest): string[] =>
  String(headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())

const protocolOf = (request: ApiRequest): string | undefined => {
  if (String(request.headers.upgrade).toLowerCase() !== 'websocket') return undefined
  // A port's own channels are the one thing that all runtimes understand.
  const bridged = request.url.startsWith('/portForward') ? [TUNNEL] : channelProtocols
  return bridged.find((name) => offered(request).includes(name))
}

export const needsBridge = (request: ApiRequest, runtimeName: string): boolean =>
  runtimeName !== 'mini-cri' && protocolOf(request) !== undefined

/** The other end of a WebSocket whose client is `request`, and the client's end with the answer's headers. */
const acceptWebSocket = (request: ApiRequest, protocol: string): Promise<{websocket: WebSocket; client: Upgraded}> =>
  new Promise((resolve) => {
    const [ours, theirs] = duplexPair()
    const server = new WebSocketServer({noServer: true, perMessageDeflate: false})
    const incoming = new IncomingMessage(new Socket())
    Object.assign(incoming, {
      method: 'GET',
      url: request.url,
      headers: {...request.headers, 'sec-websocket-protocol': undefined},
    })
    theirs.once('data', (head: Buffer) => {
      theirs.pause()
      const [, ...lines] = head.toString().trim().split('\r\n')
      const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]))
      // The library refuses names with a slash, as the tunnel's: which one was chosen is said here.
      const lower = [
        ...Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        ['sec-websocket-protocol', protocol],
      ]
      void accepted.then((websocket) =>
        resolve({websocket, client: {headers: Object.fromEntries(lower), socket: theirs}}),
      )
    })
    const accepted = new Promise<WebSocket>((done) => {
      server.handleUpgrade(incoming, ours, Buffer.alloc(0), done)
    })
  })

const dialRuntime = async (url: string, request: ApiRequest, protocol: string): Promise<Duplex> => {
  const upgrade = {connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol}
  return (await connectStream(url, {...request, method: 'POST', headers: upgrade})).socket
}

export interface WantedStreams {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

const bridgeChannels = (websocket: WebSocket, socket: Duplex, wanted: WantedStreams): void => {
  const connection = dialSpdy(socket)
  const open = (streamtype: string): SpdyStream => connection.open({streamtype})
  const send = (channel: number, chunk: Buffer): void => {
    if (websocket.readyState === websocket.OPEN) websocket.send(Buffer.concat([Buffer.from([channel]), chunk]))
  }
  const error = open('error')
  const stdin = wanted.stdin ? open('stdin') : undefined
  const ends = outputs
    .filter(([name]) => wanted[name])
    .map(([name, channel]) => {
      const stream = open(name)
      stream.on('data', (chunk: Buffer) => send(channel, chunk))
      return ended(stream)
    })
  const resize = wanted.tty ? open('resize') : undefined
  websocket.on('message', (message: Buffer) => {
    const [channel, first] = message
    if (channel === STDIN) stdin?.write(message.subarray(1))
    else if (channel === CLOSE && first === STDIN) stdin?.end()
    else if (channel === RESIZE) resize?.write(message.subarray(1))
  })
  error.on('data', (chunk: Buffer) => send(ERROR, chunk))
  void Promise.all([...ends, ended(error)]).then(() => {
    websocket.close(1000)
    connection.close()
  })
  websocket.on('close', () => socket.destroy())
}

const ended = (stream: Duplex): Promise<void> =>
  new Promise((resolve) => {
    stream.once('end', () => resolve())
    stream.once('close', () => resolve())
  })

/** `wanted` is of exec and attach; a forwarded port has streams of its own. */
export const bridgeStream = async (url: string, request: ApiRequest, wanted: WantedStreams): Promise<Upgraded> => {
  const protocol = protocolOf(request) ?? ''
  const socket = await dialRuntime(url, request, protocol === TUNNEL ? 'portforward.k8s.io' : 'v4.channel.k8s.io')
  const {client, websocket} = await acceptWebSocket(request, protocol)
  websocket.on('error', () => undefined) // 'close' follows
  socket.on('error', () => undefined)
  if (protocol === TUNNEL) {
    const tunnel = createWebSocketStream(websocket)
    tunnel.on('error', () => socket.destroy())
    tunnel.pipe(socket)
    socket.pipe(tunnel)
  } else bridgeChannels(websocket, socket, wanted)
  return client
}
