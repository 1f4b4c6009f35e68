// port-forward: one connection to the pod that carries all others, each as a stream for data and one for what goes wrong.
import {once} from 'node:events'
import type {Socket} from 'node:net'
import {Duplex} from 'node:stream'
import type {ApiClient} from '../../client/contract.ts'
import {dialSpdy, type SpdyConnection, type SpdyStream} from '../../lib/spdy.ts'
import type {Io} from '../io.ts'
import {openSpdy, webSocketFirst} from './upgrade.ts'
import {openWebSocket, type WebSocketConnection} from './websocket.ts'

const PROTOCOL = 'portforward.k8s.io'

/** SPDY inside a WebSocket. */
const asDuplex = (socket: WebSocketConnection): Duplex => {
  const messages = socket.messages()
  const duplex = new Duplex({
    read() {
      messages.next().then(
        ({done, value}) => this.push(done ? null : value),
        () => this.push(null),
      )
    },
    write: (chunk: Buffer, _encoding, done) => void socket.send(chunk).then(() => done()),
    final: (done) => {
      socket.close()
      done()
    },
  })
  // Both sides are through once the other is: there is nobody to write to.
  duplex.once('end', () => duplex.destroy())
  return duplex
}

export const openForwarding = (io: Pick<Io, 'env'>, client: ApiClient, url: string): Promise<SpdyConnection> =>
  webSocketFirst(io, 'KUBECTL_PORT_FORWARD_WEBSOCKETS', {
    webSocket: async () => {
      const socket = await openWebSocket(client, url, [`SPDY/3.1+${PROTOCOL}`])
      return dialSpdy(asDuplex(socket), {holdsUp: true})
    },
    spdy: () => openSpdy(client, url, [PROTOCOL]),
  })

const textOf = async (stream: SpdyStream): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export interface Forwarded {
  readonly local: Socket
  readonly remote: number
  /** Of its own among all connections. */
  readonly id: number
}

/** Settles when the pod has ended the connection; its complaint, where it has one. */
export const forwardConnection = async (
  connection: SpdyConnection,
  {local, remote, id}: Forwarded,
): Promise<string> => {
  // A program that goes away in the middle is its own affair: 'close' follows.
  local.on('error', () => {})
  const headers = {port: String(remote), requestid: String(id)}
  const error = connection.open({...headers, streamtype: 'error'})
  // Nothing is ever said on it from here.
  error.end()
  const complaint = textOf(error).catch(() => '')
  const data = connection.open({...headers, streamtype: 'data'})
  local.pipe(data)
  data.pipe(local)
  local.once('close', () => data.destroy())
  await Promise.race([once(data, 'end'), once(data, 'close')])
  local.destroySoon()
  return complaint
}
