import type {AddressInfo, Server, Socket} from 'node:net'
import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {SpdyConnection} from '../../lib/spdy.ts'
import type {flags} from '../commands/port-forward.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import type {Io} from '../io.ts'
import {nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {type ForwardedPort, forwardedPorts} from '../pods/forwarded-ports.ts'
import {attachablePod} from '../pods/resolve.ts'
import {forwardConnection, openForwarding} from '../stream/forward-connection.ts'
import {hostAndPort, type LocalAddress, listen, listenFailure, localAddresses} from '../stream/listen.ts'
import {untilInterrupted} from '../stream/until-interrupted.ts'

type PortForward = Invocation<typeof flags>
type Use = (socket: Socket, port: ForwardedPort) => void

const openPort = async (
  io: Io,
  addresses: readonly LocalAddress[],
  port: ForwardedPort,
  use: Use,
): Promise<Server[]> => {
  const servers: Server[] = []
  const failures: string[] = []
  let isShort = false
  let {local} = port
  for (const address of addresses)
    try {
      // The port chosen for the first address is the port of all.
      const server = await listen(address, local, (socket) => use(socket, {...port, local}))
      local = (server.address() as AddressInfo).port
      servers.push(server)
      io.out(`Forwarding from ${hostAndPort(address, local)} -> ${port.remote}\n`)
    } catch (error) {
      failures.push(listenFailure(address, local, error))
      if (!address.isOptional) isShort = true
    }
  if (servers.length > 0 && !isShort) return servers
  for (const server of servers) server.close()
  io.err(
    `Unable to listen on port ${port.local}: Listeners failed to create with the following errors: [${failures.join(' ')}]\n`,
  )
  return []
}

const forwardUrl = (pod: Obj): string =>
  pathOf(pods, {namespace: namespaceOf(pod), name: nameOf(pod), subresource: 'portforward'})

const logged = (message: string): string => {
  const now = new Date()
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')
  const micros = `${String(now.getMilliseconds()).padStart(3, '0')}000`
  const day = `${two(now.getMonth() + 1)}${two(now.getDate())}`
  return `E${day} ${clock}.${micros} ${String(process.pid).padStart(7)} portforward.go:424] "Unhandled Error" err=${JSON.stringify(message)}\n`
}

const open = async ({io}: PortForward, client: ApiClient, pod: Obj): Promise<SpdyConnection> => {
  try {
    return await openForwarding(io, client, forwardUrl(pod))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Error(`error upgrading connection: ${error.message}`, {cause: error})
  }
}

export const portForward = async (invocation: PortForward): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  const [word = '', ...words] = args
  if (words.length === 0) throw usageMistake(invocation, 'TYPE/NAME and list of ports are required for port-forward')
  const {pod, info} = await attachablePod(connect, word, own['pod-running-timeout'])
  const ports = forwardedPorts(info.object, pod, words)
  const phase = textAt(pod, 'status', 'phase')
  if (phase !== 'Running') throw new Error(`unable to forward port because pod is not running. Current status=${phase}`)
  const addresses = localAddresses(own.address)
  const {client} = await connect()
  const connection = await open(invocation, client, pod)
  const {ended, fail, finish} = untilInterrupted()
  void connection.closed.then(() => fail(new Error('lost connection to pod')))
  const sockets = new Set<Socket>()
  let id = 0
  const use: Use = (socket, port) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    io.out(`Handling connection for ${port.local}\n`)
    const ports = `${port.local} -> ${port.remote}`
    forwardConnection(connection, {local: socket, remote: port.remote, id: id++}).then(
      (complaint) => {
        if (complaint === '') return
        io.err(logged(`an error occurred forwarding ${ports}: ${complaint}`))
        connection.close()
      },
      (error: Error) => {
        socket.destroy()
        io.err(logged(`error creating stream for port ${ports}: ${error.message}`))
      },
    )
  }
  const servers: Server[] = []
  try {
    for (const port of ports) servers.push(...(await openPort(io, addresses, port, use)))
    if (servers.length === 0)
      throw new Error(
        `unable to listen on any of the requested ports: [${ports.map(({local, remote}) => `{${local} ${remote}}`).join(' ')}]`,
      )
    await ended
  } finally {
    finish()
    for (const server of servers) server.close()
    for (const socket of sockets) socket.destroy()
    connection.close()
  }
}
