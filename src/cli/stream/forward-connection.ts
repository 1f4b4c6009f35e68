// One connection of port-forward: a WebSocket of its own, with a channel for data and one for what goes wrong.
import type {Socket} from 'node:net'
import type {ApiClient} from '../../client/contract.ts'
import {openWebSocket, type WebSocketConnection} from './websocket.ts'

const DATA = 0
const ERROR = 1
/** Each channel begins with the number of its port. */
const PREFIX_BYTES = 2
/** These channels cannot tell that one side is through: the answer may take this long after the last byte. */
const LAST_ANSWER_MS = 30_000

const sendAll = async (local: Socket, remote: WebSocketConnection): Promise<void> => {
  for await (const chunk of local as AsyncIterable<Buffer>)
    await remote.send(Buffer.concat([Buffer.from([DATA]), chunk]))
}

/** Takes the port off the beginning of each channel. */
const withoutPrefix = (): ((channel: number, payload: Buffer) => Buffer) => {
  const missing = new Map([
    [DATA, PREFIX_BYTES],
    [ERROR, PREFIX_BYTES],
  ])
  return (channel, payload) => {
    const skipped = Math.min(missing.get(channel) ?? 0, payload.length)
    missing.set(channel, (missing.get(channel) ?? 0) - skipped)
    return payload.subarray(skipped)
  }
}

/** Settles when the connection has ended; the server's complaint, where it has one. */
export const forwardConnection = async (client: ApiClient, url: string, local: Socket): Promise<string> => {
  // A program that goes away in the middle is its own affair: 'close' follows.
  local.on('error', () => {})
  const remote = await openWebSocket(client, url, ['v4.channel.k8s.io'])
  local.once('close', () => remote.close())
  local.once('end', () => local.setTimeout(LAST_ANSWER_MS, () => local.destroy()))
  const sent = sendAll(local, remote).catch(() => {})
  const strip = withoutPrefix()
  let complaint = ''
  try {
    for await (const message of remote.messages()) {
      const channel = message[0] ?? DATA
      const payload = strip(channel, message.subarray(1))
      if (payload.length === 0) continue
      if (channel === ERROR) complaint += payload.toString('utf8')
      else if (channel === DATA) await new Promise<void>((taken) => local.write(payload, () => taken()))
    }
  } finally {
    local.end()
    local.destroySoon()
    remote.close()
  }
  await sent
  return complaint
}
