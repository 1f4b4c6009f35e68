// A socket of which something was read already, as a stream that begins with that: Node's HTTP/2 reads straight from a
// socket's handle, and would miss it.
import type {Socket} from 'node:net'
import {Duplex} from 'node:stream'

export const asStream = (socket: Socket, first: Buffer): Duplex => {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy()
      done(error)
    },
  })
  stream.push(first)
  socket.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) socket.pause()
  })
  socket.once('end', () => stream.push(null))
  socket.once('close', () => stream.destroy())
  return stream
}
