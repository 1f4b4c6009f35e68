// Ports of this machine that lead into a pod: a listener each, in this process, so that it takes neither nft nor iptables.
// Connections arrive at the pod from the bridge's address.
import {createSocket, type Socket as UdpSocket} from 'node:dgram'
import {connect, createServer, type Socket} from 'node:net'
import {Protocol} from '../../lib/cri/enums.ts'
import type {Received} from '../../lib/cri/messages.ts'

export type PortMapping = Received<'PortMapping'>

const ANYWHERE = '0.0.0.0'
const UDP_IDLE_MS = 60_000
const MOST_UDP_CLIENTS = 4096

interface Target {
  readonly ip: string
  readonly port: number
}

const join = (client: Socket, {ip, port}: Target): void => {
  const server = connect({host: ip, port, allowHalfOpen: true})
  const over = (): void => {
    client.destroy()
    server.destroy()
  }
  client.on('error', over)
  server.on('error', over)
  client.pipe(server)
  server.pipe(client)
}

const listenTcp = (host: string, port: number, target: Target): Promise<Disposable> =>
  new Promise((resolve, reject) => {
    const clients = new Set<Socket>()
    const server = createServer({allowHalfOpen: true}, (client) => {
      clients.add(client)
      client.on('close', () => clients.delete(client))
      join(client, target)
    })
    server.once('error', reject)
    server.listen({host, port}, () =>
      resolve({
        [Symbol.dispose]: () => {
          server.close()
          for (const client of clients) client.destroy()
        },
      }),
    )
  })

/** Each client gets a socket of its own towards the pod, so that answers find their way back. */
const listenUdp = (host: string, port: number, target: Target): Promise<Disposable> =>
  new Promise((resolve, reject) => {
    const family = host.includes(':') ? 'udp6' : 'udp4'
    const server = createSocket(family)
    const clients = new Map<string, {socket: UdpSocket; timer: NodeJS.Timeout}>()
    const forget = (key: string): void => {
      clients.get(key)?.socket.close()
      clearTimeout(clients.get(key)?.timer)
      clients.delete(key)
    }
    const towardsPod = (key: string, address: string, from: number): UdpSocket => {
      const known = clients.get(key)
      if (known) {
        known.timer.refresh()
        return known.socket
      }
      // The one that was there longest makes room.
      const [oldest] = clients.keys()
      if (oldest && clients.size >= MOST_UDP_CLIENTS) forget(oldest)
      const socket = createSocket('udp4')
      socket.on('error', () => forget(key))
      socket.on('message', (answer) => server.send(answer, from, address))
      clients.set(key, {socket, timer: setTimeout(() => forget(key), UDP_IDLE_MS).unref()})
      return socket
    }
    server.on('message', (message, {address, port: from}) =>
      towardsPod(`${address} ${from}`, address, from).send(message, target.port, target.ip),
    )
    server.once('error', reject)
    server.bind({address: host, port, exclusive: true}, () => {
      server.off('error', reject)
      server.on('error', () => undefined) // a datagram that could not be sent is lost, as datagrams are
      resolve({
        [Symbol.dispose]: () => {
          server.close()
          for (const key of [...clients.keys()]) forget(key)
        },
      })
    })
  })

const listenOn = ({containerPort, hostIp, hostPort, protocol}: PortMapping, ip: string): Promise<Disposable> => {
  const target = {ip, port: containerPort}
  if (protocol === Protocol.TCP) return listenTcp(hostIp || ANYWHERE, hostPort, target)
  if (protocol === Protocol.UDP) return listenUdp(hostIp || ANYWHERE, hostPort, target)
  return Promise.reject(new Error('SCTP is not supported'))
}

export class HostPorts {
  readonly #open = new Map<string, Disposable[]>()

  /** All of a pod's, or none. */
  async open(pod: string, mappings: readonly PortMapping[], ip: string): Promise<void> {
    const listeners: Disposable[] = []
    this.#open.set(pod, listeners)
    for (const mapping of mappings.filter(({hostPort}) => hostPort > 0))
      try {
        listeners.push(await listenOn(mapping, ip))
      } catch (error) {
        this.close(pod)
        const message = error instanceof Error ? error.message : String(error)
        throw new Error(`cannot open host port ${mapping.hostPort} of the pod: ${message}`, {cause: error})
      }
  }

  close(pod: string): void {
    for (const listener of this.#open.get(pod) ?? []) listener[Symbol.dispose]()
    this.#open.delete(pod)
  }
}
