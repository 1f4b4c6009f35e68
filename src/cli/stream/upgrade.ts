// Streams go over a WebSocket; a server or proxy that refuses it is asked for SPDY.
import {ApiError} from '../../api/errors.ts'
import type {ApiClient} from '../../client/contract.ts'
import {dialSpdy, type SpdyConnection} from '../../lib/spdy.ts'
import type {Io} from '../io.ts'

export interface Transports<T> {
  readonly webSocket: () => Promise<T>
  readonly spdy: () => Promise<T>
}

/** `variable`: set to false in the environment, it rules WebSockets out. */
export const webSocketFirst = async <T>(
  {env}: Pick<Io, 'env'>,
  variable: string,
  {webSocket, spdy}: Transports<T>,
): Promise<T> => {
  if (env[variable]?.toLowerCase() === 'false') return spdy()
  try {
    return await webSocket()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return spdy()
  }
}

export const openSpdy = async (
  client: ApiClient,
  url: string,
  protocols: readonly string[],
): Promise<SpdyConnection & {readonly protocol: string}> => {
  const {headers, socket} = await client.stream({
    method: 'POST',
    url,
    headers: {
      connection: 'Upgrade',
      upgrade: 'SPDY/3.1',
      'x-stream-protocol-version': protocols.join(', '),
      'content-length': '0',
    },
  })
  const protocol = String(headers['x-stream-protocol-version'] ?? protocols.at(-1))
  return {...dialSpdy(socket, {holdsUp: true}), protocol}
}
