// Kubernetes' channels over WebSocket: the first byte of a message is its channel. Version 5 can close one.
import {PassThrough} from 'node:stream'
import type {WebSocket} from 'ws'
import {type Channels, parseSize, type StreamOptions} from './channels.ts'

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const ERROR = 3
const RESIZE = 4
const CLOSE = 255
const HIGH_WATER = 1024 * 1024

export const websocketProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io', '']

export const websocketChannels = (socket: WebSocket, options: StreamOptions): Channels => {
  const stdin = options.stdin ? new PassThrough() : undefined
  stdin?.on('error', () => undefined)
  let resize: (columns: number, rows: number) => void = () => undefined
  const plain = socket.protocol === 'channel.k8s.io' || socket.protocol === ''
  socket.on('message', (message: Buffer) => {
    const channel = message[0]
    const payload = message.subarray(1)
    if (channel === STDIN) stdin?.write(payload)
    else if (channel === CLOSE && payload[0] === STDIN) stdin?.end()
    else if (channel === RESIZE) {
      const size = parseSize(payload)
      if (size) resize(size.columns, size.rows)
    }
  })
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      stdin?.end()
      resolve()
    })
    socket.on('error', () => undefined) // 'close' follows
  })
  const send = (channel: number, chunk: Buffer): boolean => {
    if (socket.readyState !== socket.OPEN) return true
    socket.send(Buffer.concat([Buffer.from([channel]), chunk]))
    return socket.bufferedAmount < HIGH_WATER
  }
  return {
    stdin,
    writeStdout: (chunk) => send(STDOUT, chunk),
    writeStderr: (chunk) => send(STDERR, chunk),
    drained: async () => {
      while (socket.readyState === socket.OPEN && socket.bufferedAmount > HIGH_WATER / 2)
        await new Promise((resolve) => setTimeout(resolve, 5))
    },
    onResize: (call) => {
      resize = call
    },
    finish: (status) => {
      // The oldest protocol says failures as text and success by silence.
      const text = plain && 'message' in status ? String(status.message) : plain ? '' : JSON.stringify(status)
      if (text) send(ERROR, Buffer.from(text))
      socket.close(1000)
    },
    closed,
  }
}
