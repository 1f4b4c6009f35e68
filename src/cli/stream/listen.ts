// Local ports of port-forward: listeners on each address, and what to say when one cannot be had.
import {createServer, isIP, type Server, type Socket} from 'node:net'
import {hasCode} from '../../lib/node-error.ts'

export interface LocalAddress {
  readonly host: string
  readonly family: 4 | 6
  /** Of the two of localhost one suffices. */
  readonly isOptional: boolean
}

export const localAddresses = (words: readonly string[]): LocalAddress[] => {
  const found = new Map<string, LocalAddress>()
  for (const word of words)
    if (word === 'localhost') {
      if (!found.has('127.0.0.1')) found.set('127.0.0.1', {host: '127.0.0.1', family: 4, isOptional: true})
      if (!found.has('::1')) found.set('::1', {host: '::1', family: 6, isOptional: true})
    } else {
      const family = isIP(word)
      if (family !== 4 && family !== 6) throw new Error(`${word} is not a valid IP`)
      found.set(word, {host: word, family, isOptional: false})
    }
  return [...found.values()].toSorted((one, other) => (one.host < other.host ? -1 : 1))
}

export const hostAndPort = ({host, family}: LocalAddress, port: number): string =>
  family === 6 ? `[${host}]:${port}` : `${host}:${port}`

const causeOf = (error: unknown): string => {
  if (hasCode(error, 'EADDRINUSE')) return 'bind: address already in use'
  if (hasCode(error, 'EACCES')) return 'bind: permission denied'
  if (hasCode(error, 'EADDRNOTAVAIL')) return 'bind: cannot assign requested address'
  return error instanceof Error ? error.message : String(error)
}

/** In Go's words, which kubectl's users search for. */
export const listenFailure = (address: LocalAddress, port: number, error: unknown): string =>
  `unable to create listener: Error listen tcp${address.family} ${hostAndPort(address, port)}: ${causeOf(error)}`

export const listen = (address: LocalAddress, port: number, use: (socket: Socket) => void): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({allowHalfOpen: true}, use)
    server.once('error', reject)
    server.listen({host: address.host, port, ipv6Only: address.family === 6}, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
