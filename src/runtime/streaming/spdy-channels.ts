// Exec and attach over SPDY: one stream each for stdin, stdout, stderr, errors and terminal sizes.
import type {Duplex} from 'node:stream'
import {type SpdyStream, serveSpdy} from '../../lib/spdy.ts'
import {type Channels, parseSize, type StreamOptions} from './channels.ts'

const OPEN_WITHIN_MS = 30_000

const wantedStreams = ({stdin, stdout, stderr, tty}: StreamOptions): string[] => [
  'error',
  ...(stdin ? ['stdin'] : []),
  ...(stdout ? ['stdout'] : []),
  ...(stderr && !tty ? ['stderr'] : []),
  ...(tty ? ['resize'] : []),
]

/** Settles when the other side has opened all streams it needs. */
export const spdyChannels = (socket: Duplex, options: StreamOptions, protocol: string): Promise<Channels> =>
  new Promise((resolve, reject) => {
    const wanted = wantedStreams(options)
    const streams = new Map<string, SpdyStream>()
    const closed = new Promise<void>((done) => socket.on('close', () => done()))
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error('the streams were not opened in time'))
    }, OPEN_WITHIN_MS)
    const connection = serveSpdy(socket, (stream) => {
      streams.set(stream.headers.streamtype ?? '', stream)
      if (!wanted.every((name) => streams.has(name))) return
      clearTimeout(timer)
      resolve(channelsOf(streams, closed, connection.close, protocol))
    })
  })

/** Ends the stream; settles when everything written to it has left. */
const through = (stream: SpdyStream | undefined, last = ''): Promise<void> =>
  new Promise((resolve) => {
    if (!stream || stream.destroyed) return resolve()
    stream.once('close', resolve)
    return stream.end(last, () => resolve())
  })

const channelsOf = (
  streams: ReadonlyMap<string, SpdyStream>,
  closed: Promise<void>,
  close: () => void,
  protocol: string,
): Channels => {
  const write = (name: string, chunk: Buffer): boolean => streams.get(name)?.write(chunk) ?? true
  for (const [name, stream] of streams) if (name !== 'stdin' && name !== 'resize') stream.resume()
  return {
    stdin: streams.get('stdin'),
    writeStdout: (chunk) => write('stdout', chunk),
    writeStderr: (chunk) => write('stderr', chunk),
    drained: () =>
      new Promise((resolve) => {
        for (const name of ['stdout', 'stderr']) streams.get(name)?.once('drain', () => resolve())
        void closed.then(() => resolve())
      }),
    onResize: (call) => {
      streams.get('resize')?.removeAllListeners('data')
      streams.get('resize')?.on('data', (chunk: Buffer) => {
        const size = parseSize(chunk)
        if (size) call(size.columns, size.rows)
      })
    },
    finish: (status) => {
      const old = !/^v[4-9]/.test(protocol)
      const text = old ? ('message' in status ? String(status.message) : '') : JSON.stringify(status)
      // Each stream waits for its own bytes to leave: the outcome must not overtake the output.
      const ended = ['stdout', 'stderr'].map((name) => through(streams.get(name)))
      void Promise.all(ended)
        .then(() => through(streams.get('error'), text))
        .then(close)
    },
    closed,
  }
}
