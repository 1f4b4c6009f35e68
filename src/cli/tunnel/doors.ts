// The open ends of a tunnel on one address: every way's port, passed on to the service's own address.
import {createSocket, type Socket as Datagrams} from 'node:dgram'
import {once} from 'node:events'
import {connect, createServer, isIPv6, type Socket} from 'node:net'
import type {Way} from './ways.ts'

const FLOW_IDLE_MS = 30_000

const join = (client: Socket, {address, port}: Way): void => {
  const server = connect({host: address, port, allowHalfOpen: true, noDelay: true})
  const end = (): void => {
    client.destroy()
    server.destroy()
  }
  for (const socket of [client, server]) socket.on('error', end)
  client.once('close', () => server.destroy())
  server.once('close', () => client.destroy())
  client.pipe(server).pipe(client)
}

const openTcp = async (way: Way, host: string): Promise<AsyncDisposable> => {
  const clients = new Set<Socket>()
  const server = createServer({allowHalfOpen: true, noDelay: true}, (client) => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    join(client, way)
  })
  server.listen({host, port: way.port})
  await once(server, 'listening')
  return {
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const client of clients) client.destroy()
    },
  }
}

const familyOf = (address: string): 'udp4' | 'udp6' => (isIPv6(address) ? 'udp6' : 'udp4')

/** Every client has a socket of its own towards the service, so that answers find back. */
const openUdp = async (way: Way, host: string): Promise<AsyncDisposable> => {
  const flows = new Map<string, {readonly socket: Datagrams; idle: NodeJS.Timeout}>()
  const door = createSocket(familyOf(host))
  const open = (key: string, address: string, port: number): Datagrams => {
    const socket = createSocket(familyOf(way.address))
    const end = (): void => {
      clearTimeout(flows.get(key)?.idle)
      if (flows.delete(key)) socket.close()
    }
    flows.set(key, {socket, idle: setTimeout(end, FLOW_IDLE_MS)})
    socket.on('message', (answer) => door.send(answer, port, address))
    socket.on('error', end)
    return socket
  }
  door.on('message', (message, {address, port}) => {
    const key = `${address} ${port}`
    const flow = flows.get(key)
    flow?.idle.refresh()
    const socket = flow?.socket ?? open(key, address, port)
    socket.send(message, way.port, way.address, () => undefined)
  })
  door.bind(way.port, host)
  await once(door, 'listening')
  door.on('error', () => undefined)
  return {
    [Symbol.asyncDispose]: async () => {
      door.close()
      for (const {socket, idle} of flows.values()) {
        clearTimeout(idle)
        socket.close()
      }
    },
  }
}

export const openDoor = (way: Way, host: string): Promise<AsyncDisposable> =>
  way.protocol === 'TCP' ? openTcp(way, host) : openUdp(way, host)
