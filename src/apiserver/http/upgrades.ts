// Connections that become something else: once the other side agreed, bytes go both ways untouched.
import {type IncomingMessage, STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'
import {pipeline} from 'node:stream'
import {asApiError, failureOf} from '../respond/status.ts'
import type {Upgraded} from '../upgrade.ts'

export type UpgradeHandler = (message: IncomingMessage) => Promise<Upgraded>

const headLines = (headers: Upgraded['headers']): string =>
  Object.entries(headers)
    .flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}\r\n`))
    .join('')

const refuse = (socket: Duplex, error: unknown): void => {
  const {code} = asApiError(error)
  const body = `${JSON.stringify(failureOf(error))}\n`
  socket.end(
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** What one side ends, the other is told; what breaks, breaks both. */
const join = (client: Duplex, other: Duplex): void => {
  const done = (): void => undefined
  pipeline(client, other, done)
  pipeline(other, client, done)
}

export const serveUpgrade = async (
  handle: UpgradeHandler,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> => {
  socket.on('error', () => socket.destroy())
  try {
    const upgraded = await handle(message)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headLines(upgraded.headers)}\r\n`)
    if (head.length > 0) socket.unshift(head)
    join(socket, upgraded.socket)
  } catch (error) {
    refuse(socket, error)
  }
}
