// A real etcd on loopback, and the few calls the benchmark makes to it.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {type ChannelCredentials, credentials, loadPackageDefinition} from '@grpc/grpc-js'
import {loadSync} from '@grpc/proto-loader'

export interface Subject extends AsyncDisposable {
  put(key: string, value: Buffer): Promise<unknown>
  get(key: string): Promise<unknown>
  /** Everything under a prefix; answers how many entries that were. */
  list(prefix: string): Promise<number>
  /** Calls `seen` once for each event under the prefix; settles when the watch stands. */
  watch(prefix: string, seen: () => void): Promise<void>
}

type Answer = (error: Error | null, answer: Record<string, unknown[]>) => void
interface Stream {
  write(request: unknown): void
  on(event: 'data', call: (answer: {created: boolean; events: unknown[]}) => void): void
  on(event: 'error', call: () => void): void
  cancel(): void
}
interface Client {
  Put(request: unknown, answer: Answer): void
  Range(request: unknown, answer: Answer): void
  Watch(): Stream
  close(): void
}
type Constructor = new (address: string, security: ChannelCredentials, options: object) => Client

const isConstructor = (value: unknown): value is Constructor => typeof value === 'function'

const constructors = (): {readonly kv: Constructor; readonly watch: Constructor} => {
  const definition = loadSync(join(import.meta.dirname, 'etcd.proto'), {keepCase: true, longs: Number})
  const found: unknown = loadPackageDefinition(definition).etcdserverpb
  const {KV, Watch} = Object(found)
  if (!isConstructor(KV) || !isConstructor(Watch)) throw new Error('the proto file lost a service')
  return {kv: KV, watch: Watch}
}

const endOf = (prefix: string): Buffer => {
  const end = Buffer.from(prefix)
  end[end.length - 1] = (end.at(-1) ?? 0) + 1
  return end
}

const LOOPBACK = '127.0.0.1'
const LARGEST_MESSAGE = 256 * 1024 * 1024

/** Starts etcd with its data in `folder`. */
export const startEtcd = async (folder: string, port: number): Promise<Subject> => {
  const [client, peer] = [`http://${LOOPBACK}:${port}`, `http://${LOOPBACK}:${port + 1}`]
  const flags = ['--data-dir', folder, '--listen-client-urls', client, '--advertise-client-urls', client]
  flags.push('--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`)
  const etcd = spawn('etcd', [...flags, '--log-level', 'error'], {stdio: 'ignore'})
  await once(etcd, 'spawn').catch((cause: unknown) => {
    throw new Error('etcd is not installed; on Debian: apt-get install etcd-server', {cause})
  })
  const {kv, watch} = constructors()
  const options = {'grpc.max_receive_message_length': LARGEST_MESSAGE}
  const keys = new kv(`${LOOPBACK}:${port}`, credentials.createInsecure(), options)
  const watches = new watch(`${LOOPBACK}:${port}`, credentials.createInsecure(), options)
  const streams: Stream[] = []
  const call = (method: 'Put' | 'Range', request: unknown): Promise<Record<string, unknown[]>> =>
    new Promise((resolve, reject) =>
      keys[method](request, (error, answer) => (error ? reject(error) : resolve(answer))),
    )
  const subject: Subject = {
    put: (key, value) => call('Put', {key: Buffer.from(key), value}),
    get: (key) => call('Range', {key: Buffer.from(key)}),
    list: async (prefix) => {
      const {kvs = []} = await call('Range', {key: Buffer.from(prefix), range_end: endOf(prefix)})
      return kvs.length
    },
    watch: (prefix, seen) =>
      new Promise((resolve) => {
        const stream = watches.Watch()
        streams.push(stream)
        stream.on('error', () => undefined)
        stream.on('data', ({created, events}) => {
          if (created) resolve()
          for (const _event of events ?? []) seen()
        })
        stream.write({create_request: {key: Buffer.from(prefix), range_end: endOf(prefix)}})
      }),
    [Symbol.asyncDispose]: async () => {
      for (const stream of streams) stream.cancel()
      keys.close()
      watches.close()
      etcd.kill()
      if (etcd.exitCode === null) await once(etcd, 'exit')
    },
  }
  await untilReady(subject)
  return subject
}

const untilReady = async (subject: Subject): Promise<void> => {
  for (let tries = 0; ; tries++)
    try {
      await subject.get('/ready')
      return
    } catch (error) {
      if (tries === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}
