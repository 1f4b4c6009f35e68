// Our store beside real etcd: the same work, one after the other, in one run, data on the same disk.
// etcd is asked over gRPC on loopback because that is the only way to ask it; ours is a call.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openStore} from '../../src/store/sqlite/open.ts'
import {type Subject, startEtcd} from './etcd.ts'

const VALUE = Buffer.alloc(1_000, 'v')
const LISTED = 3_000
const WATCHERS = 100

interface Work {
  readonly name: string
  /** How many times faster than etcd we mean to be. */
  readonly target?: number
  /** What has to be there before; not measured. */
  readonly prepare?: (subject: Subject) => Promise<unknown>
  /** Does the work and answers how many operations that were. */
  readonly run: (subject: Subject) => Promise<number>
}

export interface Row {
  readonly name: string
  readonly oursPerSecond: number
  readonly etcdPerSecond: number
  readonly ratio: number
  readonly target: number | undefined
}

const startOurs = async (folder: string): Promise<Subject> => {
  const store = await openStore({file: join(folder, 'state.db')})
  return {
    put: (key, value) => (store.get(key) === undefined ? store.create(key, value) : store.update(key, value)),
    get: async (key) => store.get(key),
    list: async (prefix) => store.list(prefix).entries.length,
    watch: async (prefix, seen) => {
      const watch = store.watch(prefix, store.currentRevision())
      const read = async (): Promise<void> => {
        for await (const {events} of watch) for (const _event of events) seen()
      }
      void read()
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

const clients = async (count: number, each: number, call: (number: number) => Promise<unknown>): Promise<number> => {
  let next = 0
  const client = async (): Promise<void> => {
    for (let done = 0; done < each; done++) await call(next++)
  }
  await Promise.all(Array.from({length: count}, client))
  return count * each
}

const fanOut = async (subject: Subject): Promise<number> => {
  const writes = 200
  const {promise, resolve} = Promise.withResolvers<void>()
  let left = writes * WATCHERS
  const seen = (): void => {
    if (--left === 0) resolve()
  }
  await Promise.all(Array.from({length: WATCHERS}, () => subject.watch('/fan/', seen)))
  await clients(4, writes / 4, (number) => subject.put(`/fan/${number}`, VALUE))
  await promise
  return writes * WATCHERS
}

const WORKS: readonly Work[] = [
  {
    name: 'durable puts, 1 client',
    target: 2,
    run: (to) => clients(1, 1_000, (number) => to.put(`/one/${number}`, VALUE)),
  },
  {name: 'durable puts, 32 clients', run: (to) => clients(32, 150, (number) => to.put(`/many/${number}`, VALUE))},
  {name: 'gets, 1 client', run: (to) => clients(1, 1_000, (number) => to.get(`/one/${number}`))},
  {name: 'gets, 32 clients', run: (to) => clients(32, 150, (number) => to.get(`/many/${number}`))},
  {
    name: `lists of ${LISTED} entries, 1 client`,
    target: 5,
    prepare: (to) => clients(30, LISTED / 30, (number) => to.put(`/list/${number}`, VALUE)),
    run: (to) => clients(1, 20, () => to.list('/list/')),
  },
  {name: `events to ${WATCHERS} watchers`, run: fanOut},
]

/** Operations a second. */
const measure = async ({prepare, run}: Work, subject: Subject): Promise<number> => {
  await prepare?.(subject)
  const start = performance.now()
  const operations = await run(subject)
  return (operations * 1000) / (performance.now() - start)
}

/** `folder`: on the disk to be measured. */
export const benchStore = async (folder: string, print: (line: string) => void): Promise<readonly Row[]> => {
  const place = mkdtempSync(join(folder, 'bench-store-'))
  try {
    await using etcd = await startEtcd(join(place, 'etcd'), 23_790)
    await using ours = await startOurs(place)
    const rows: Row[] = []
    for (const work of WORKS) {
      const etcdPerSecond = await measure(work, etcd)
      const oursPerSecond = await measure(work, ours)
      const row = {
        name: work.name,
        oursPerSecond,
        etcdPerSecond,
        ratio: oursPerSecond / etcdPerSecond,
        target: work.target,
      }
      rows.push(row)
      print(lineOf(row))
    }
    return rows
  } finally {
    rmSync(place, {recursive: true, force: true})
  }
}

const lineOf = ({name, oursPerSecond, etcdPerSecond, ratio, target}: Row): string => {
  const verdict = target === undefined ? '' : `  target ${target}x: ${ratio >= target ? 'met' : 'MISSED'}`
  const [ours, etcd] = [oursPerSecond, etcdPerSecond].map((rate) => `${Math.round(rate)}/s`.padStart(11))
  return `${name.padEnd(32)} ours ${ours}  etcd ${etcd}  ${ratio.toFixed(1).padStart(7)}x${verdict}`
}

if (import.meta.main) await benchStore(process.argv[2] ?? tmpdir(), (line) => console.log(line))
