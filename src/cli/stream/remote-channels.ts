// The streams of one remote command by number, whatever carries them.
import {Readable} from 'node:stream'
import type {ApiClient} from '../../client/contract.ts'
import type {SpdyStream} from '../../lib/spdy.ts'
import {openSpdy} from './upgrade.ts'
import {openWebSocket} from './websocket.ts'

export const STDIN = 0
export const STDOUT = 1
export const STDERR = 2
export const OUTCOME = 3
export const RESIZE = 4
const CLOSED = 255

export interface RemoteChannels {
  /** Waits while the connection is busy. */
  send(channel: number, payload: Uint8Array): Promise<void>
  endStdin(): Promise<void>
  /** Until the other side is through. */
  messages(): AsyncIterable<readonly [channel: number, payload: Buffer]>
  close(): void
}

export const overWebSocket = async (client: ApiClient, url: string): Promise<RemoteChannels> => {
  const socket = await openWebSocket(client, url, ['v5.channel.k8s.io', 'v4.channel.k8s.io'])
  return {
    send: (channel, payload) => socket.send(Buffer.concat([Buffer.from([channel]), payload])),
    endStdin: async () => {
      if (socket.protocol === 'v5.channel.k8s.io') await socket.send(Buffer.from([CLOSED, STDIN]))
    },
    async *messages() {
      for await (const message of socket.messages()) yield [message[0] ?? STDOUT, message.subarray(1)]
    },
    close: () => socket.close(),
  }
}

const names: ReadonlyMap<number, string> = new Map([
  [OUTCOME, 'error'],
  [STDIN, 'stdin'],
  [STDOUT, 'stdout'],
  [STDERR, 'stderr'],
  [RESIZE, 'resize'],
])

/** Which of the streams the address asks for. */
const wantedChannels = (url: string): number[] => {
  const query = new URLSearchParams(url.split('?')[1])
  const isAsked = (channel: number): boolean => query.get(names.get(channel) ?? '') === 'true'
  return [OUTCOME, ...[STDIN, STDOUT, STDERR].filter(isAsked), ...(query.get('tty') === 'true' ? [RESIZE] : [])]
}

type Message = readonly [channel: number, payload: Buffer]

/** What comes on several streams, as it comes, no faster than it is read. */
const merged = (streams: ReadonlyMap<number, SpdyStream>, closed: Promise<void>): Readable => {
  const sources = [STDOUT, STDERR, OUTCOME].flatMap((channel) => {
    const stream = streams.get(channel)
    return stream ? [[channel, stream] as const] : []
  })
  let open = sources.length
  const all = new Readable({
    objectMode: true,
    read: () => {
      for (const [, stream] of sources) stream.resume()
    },
  })
  const end = (): void => {
    open = 0
    all.push(null)
  }
  for (const [channel, stream] of sources) {
    stream.on('data', (chunk: Buffer) => {
      if (open > 0 && !all.push([channel, chunk])) for (const [, other] of sources) other.pause()
    })
    stream.once('end', () => {
      open -= 1
      if (open === 0) end()
    })
  }
  void closed.then(() => {
    if (open > 0) end()
  })
  return all
}

export const overSpdy = async (client: ApiClient, url: string): Promise<RemoteChannels> => {
  const connection = await openSpdy(
    client,
    url,
    ['v5', 'v4'].map((version) => `${version}.channel.k8s.io`),
  )
  const streams = new Map<number, SpdyStream>()
  for (const channel of wantedChannels(url))
    streams.set(channel, connection.open({streamtype: names.get(channel) ?? ''}))
  return {
    send: (channel, payload) =>
      new Promise((sent) => {
        const stream = streams.get(channel)
        if (stream?.writable) stream.write(payload, () => sent())
        else sent()
      }),
    endStdin: async () => void streams.get(STDIN)?.end(),
    messages: () => merged(streams, connection.closed) as AsyncIterable<Message>,
    close: () => connection.close(),
  }
}
