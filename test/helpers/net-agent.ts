// Runs inside a network namespace: an agnhost of our own. Serves TCP and UDP under a name, and talks to others when told to
// over its IPC channel. A server says `name client-address` first, then echoes.
import {createSocket, type Socket as UdpSocket} from 'node:dgram'
import {connect, createServer, type Socket} from 'node:net'

export interface Serve {
  readonly do: 'serve'
  readonly name: string
  readonly address: string
  readonly tcp?: readonly number[]
  readonly udp?: readonly number[]
}
export interface Tcp {
  readonly do: 'tcp'
  readonly host: string
  readonly port: number
  readonly timeoutMs?: number
  readonly from?: string
}
/** Several datagrams from one socket; what came back for each. */
export interface Udp {
  readonly do: 'udp'
  readonly host: string
  readonly port: number
  /** The socket stays open under this name for later datagrams. */
  readonly keep?: string
  readonly timeoutMs?: number
}
/** Opens a connection that stays. */
export interface Open {
  readonly do: 'open'
  readonly id: string
  readonly host: string
  readonly port: number
}
/** Says something on it; what is heard next, or how it ended. */
export interface Say {
  readonly do: 'say'
  readonly id: string
  readonly text: string
  readonly timeoutMs?: number
}
export type Order = Serve | Tcp | Udp | Open | Say

const describe = (error: unknown): string => {
  const {code} = error as NodeJS.ErrnoException
  return `error: ${code ?? (error instanceof Error ? error.message : String(error))}`
}

const serve = async ({address, name, tcp = [], udp = []}: Serve): Promise<string> => {
  for (const port of tcp)
    await new Promise<void>((resolve, reject) => {
      const server = createServer({allowHalfOpen: true}, (socket) => {
        socket.on('error', () => undefined)
        socket.write(`${name} ${socket.remoteAddress?.replace('::ffff:', '')}\n`)
        socket.pipe(socket)
      })
      server.on('error', reject)
      server.listen(port, address, resolve)
    })
  for (const port of udp)
    await new Promise<void>((resolve, reject) => {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
      socket.on('message', (_, from) => socket.send(`${name} ${from.address}`, from.port, from.address))
      socket.on('error', reject)
      socket.bind(port, address, resolve)
    })
  return 'serving'
}

const firstLine = (socket: Socket, timeoutMs: number): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const end = (answer: string): void => {
      clearTimeout(timer)
      resolve(answer)
    }
    const timer = setTimeout(() => end('error: timeout'), timeoutMs)
    socket.on('data', (chunk) => {
      heard += chunk
      if (heard.includes('\n')) end(heard.trim())
    })
    socket.on('error', (error) => end(describe(error)))
    socket.on('close', () => end('error: closed'))
  })

const tcp = async ({from, host, port, timeoutMs = 1000}: Tcp): Promise<string> => {
  const socket = connect({host, port, ...(from ? {localAddress: from} : {})})
  try {
    return await firstLine(socket, timeoutMs)
  } finally {
    socket.destroy()
  }
}

const kept = new Map<string, UdpSocket>()

const udp = async ({host, keep, port, timeoutMs = 1000}: Udp): Promise<string> => {
  const socket = (keep && kept.get(keep)) || createSocket(host.includes(':') ? 'udp6' : 'udp4')
  if (keep) kept.set(keep, socket)
  socket.removeAllListeners()
  try {
    return await new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve('error: timeout'), timeoutMs)
      const end = (answer: string): void => {
        clearTimeout(timer)
        resolve(answer)
      }
      socket.on('message', (message, from) =>
        end(from.address === host ? String(message) : `error: from ${from.address}`),
      )
      socket.on('error', (error) => end(describe(error)))
      // A connected socket would hear of refusals; ours is not, so that it stays the same for every target.
      socket.send('hello', port, host, (error) => error && end(describe(error)))
    })
  } finally {
    if (!keep) socket.close()
  }
}

const open = new Map<string, Socket>()

const openOne = async ({host, id, port}: Open): Promise<string> => {
  const socket = connect({host, port})
  open.set(id, socket)
  return firstLine(socket, 1000)
}

const say = ({id, text, timeoutMs = 1000}: Say): Promise<string> => {
  const socket = open.get(id)
  if (!socket) return Promise.resolve('error: not open')
  if (socket.destroyed) return Promise.resolve('error: closed')
  socket.removeAllListeners()
  const answer = firstLine(socket, timeoutMs)
  socket.write(`${text}\n`)
  return answer
}

const carryOut = (order: Order): Promise<string> => {
  switch (order.do) {
    case 'serve':
      return serve(order)
    case 'tcp':
      return tcp(order)
    case 'udp':
      return udp(order)
    case 'open':
      return openOne(order)
    case 'say':
      return say(order)
  }
}

process.on('message', ({id, order}: {id: number; order: Order}) => {
  carryOut(order).then(
    (answer) => process.send?.({id, answer}),
    (error) => process.send?.({id, answer: describe(error)}),
  )
})
process.on('disconnect', () => process.exit())
process.send?.({ready: true})
