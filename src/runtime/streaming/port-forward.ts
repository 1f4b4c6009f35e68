// Port forwarding: connections into a pod's network namespace. Its address is reachable from here, but a server that
// listens on the pod's loopback only is not: those are reached by a helper inside the namespace.
import {type ChildProcess, spawn} from 'node:child_process'
import {connect} from 'node:net'
import type {Duplex} from 'node:stream'
import {Duplex as DuplexStream} from 'node:stream'
import type {SpdyStream} from '../../lib/spdy.ts'
import {serveSpdy} from '../../lib/spdy.ts'
import {namespaceFile} from '../network/namespaces.ts'
import type {SandboxRecord} from '../records.ts'
import {SYSTEM_PATH} from '../run-program.ts'

const dial = (host: string, port: number): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const socket = connect({host, port, allowHalfOpen: true})
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })

const relay = `const s=require('net').connect({host:'localhost',port:+process.argv[1],allowHalfOpen:true},()=>process.stderr.write('ok'));s.on('error',(e)=>{process.stderr.write(e.message);process.exit(1)});process.stdin.pipe(s);s.pipe(process.stdout);s.on('end',()=>process.stdout.write('',()=>process.exit()))`

const connected = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stderr?.once('data', (chunk: Buffer) =>
      String(chunk) === 'ok' ? resolve() : reject(new Error(String(chunk))),
    )
    child.once('error', reject)
    child.once('exit', () => reject(new Error('connection refused')))
  })

const dialInside = async (sandbox: SandboxRecord, port: number): Promise<Duplex> => {
  const file = namespaceFile(sandbox.folder, 'net')
  const child = spawn('nsenter', [`--net=${file}`, process.execPath, '-e', relay, String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {PATH: SYSTEM_PATH},
  })
  await connected(child)
  const duplex = DuplexStream.from({readable: child.stdout, writable: child.stdin})
  duplex.on('close', () => child.kill())
  return duplex
}

const dialPod = async (sandbox: SandboxRecord, port: number): Promise<Duplex> => {
  if (!sandbox.ip) return dial('127.0.0.1', port)
  try {
    return await dial(sandbox.ip, port)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
    return dialInside(sandbox, port)
  }
}

const refusal = (port: number, sandbox: SandboxRecord, error: unknown): string =>
  `failed to forward port ${port} of pod ${sandbox.id}: ${error instanceof Error ? error.message : error}`

/** Joins one data stream with one connection; what goes wrong is written to the error stream. */
export const forwardOne = async (
  sandbox: SandboxRecord,
  port: number,
  data: Duplex,
  tell: (message: string) => void,
): Promise<void> => {
  try {
    const socket = await dialPod(sandbox, port)
    socket.on('error', () => data.destroy())
    data.on('error', () => socket.destroy())
    data.on('close', () => socket.destroy())
    data.pipe(socket)
    socket.pipe(data)
  } catch (error) {
    tell(refusal(port, sandbox, error))
    data.end()
    data.resume()
  }
}

/** Pairs of streams: one for data, one for errors, tied by their request id. */
export const forwardOverSpdy = (socket: Duplex, sandbox: SandboxRecord): void => {
  const halves = new Map<string, Partial<Record<'data' | 'error', SpdyStream>>>()
  serveSpdy(socket, (stream) => {
    const {port = '0', requestid = '', streamtype = ''} = stream.headers
    const key = `${port}/${requestid}`
    const pair = {...halves.get(key), [streamtype]: stream}
    halves.set(key, pair)
    const {data, error} = pair
    if (!data || !error) return
    halves.delete(key)
    error.resume()
    let complained = false
    void forwardOne(sandbox, Number(port), data, (message) => {
      complained = true
      error.end(message)
    })
    data.on('close', () => {
      if (!complained) error.end()
    })
  })
}
