// Port forwarding over WebSocket: SPDY in a tunnel (kubectl), or channels in pairs, two for each port asked for.
import {Duplex, PassThrough} from 'node:stream'
import {createWebSocketStream, type WebSocket} from 'ws'
import type {SandboxRecord} from '../records.ts'
import {forwardOne, forwardOverSpdy} from './port-forward.ts'

export const TUNNEL = 'SPDY/3.1+portforward.k8s.io'
export const forwardProtocols = [TUNNEL, 'v4.channel.k8s.io', 'portforward.k8s.io']

export const forwardOverTunnel = (socket: WebSocket, sandbox: SandboxRecord): void =>
  forwardOverSpdy(createWebSocketStream(socket), sandbox)

const portBytes = (channel: number, port: number): Buffer => {
  const bytes = Buffer.alloc(3)
  bytes[0] = channel
  bytes.writeUInt16LE(port, 1)
  return bytes
}

/** Each channel begins with the number of its port. The socket closes when all connections have ended. */
export const forwardOverChannels = (socket: WebSocket, sandbox: SandboxRecord, ports: readonly number[]): void => {
  let open = ports.length
  const ended = (): void => {
    open -= 1
    if (open === 0) socket.close()
  }
  const inputs = ports.map((port, index) => {
    const [dataChannel, errorChannel] = [index * 2, index * 2 + 1]
    socket.send(portBytes(dataChannel, port))
    socket.send(portBytes(errorChannel, port))
    const send = (channel: number, chunk: Buffer): void => {
      if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), chunk]))
    }
    const input = new PassThrough()
    const output = new PassThrough()
    output.on('data', (chunk: Buffer) => send(dataChannel, chunk))
    output.once('end', ended)
    void forwardOne(sandbox, port, Duplex.from({readable: input, writable: output}), (message) =>
      send(errorChannel, Buffer.from(message)),
    )
    return input
  })
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? 0
    if (channel % 2 === 0) inputs[channel / 2]?.write(message.subarray(1))
  })
  socket.on('close', () => {
    for (const input of inputs) input.end()
  })
}
