// Cluster DNS against dnsmasq and unbound, in turn: the most they take, and how long answers take at 20,000 a second.

import {Resolver as Asker} from 'node:dns/promises'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {debianPackage} from '../helpers/debian.ts'
import {tempFolder} from '../helpers/temp.ts'
import {printRows, type Row} from './compare.ts'
import {freePort, runProgram, type Served, serveOurs, serveTheirs} from './load.ts'

const SECONDS = 2
const ROUNDS = 3
const RATE = 20_000
const MOST_P99_MS = 2

const [dnsperf, dnsmasq, unbound] = [
  await debianPackage('dnsperf'),
  await debianPackage('dnsmasq-base'),
  await debianPackage('unbound'),
]
using folder = tempFolder()
const names = Array.from({length: 200}, (_, at) => `s${at}.default.svc.cluster.local`)
const queries = join(folder.path, 'queries')
// One in four asks for what is not there, as search paths do.
writeFileSync(queries, names.map((name, at) => (at % 4 === 3 ? `no-${name} A\n` : `${name} A\n`)).join(''))

const answers = (port: number) => async (): Promise<unknown> => {
  const asker = new Asker({timeout: 200, tries: 1})
  asker.setServers([`127.0.0.1:${port}`])
  return asker.resolve4(names[0] ?? '')
}

const startDnsmasq = async (): Promise<Served> => {
  const port = await freePort()
  const file = join(folder.path, 'dnsmasq.conf')
  const lines = names.map((name, at) => `address=/${name}/10.96.0.${at}`)
  writeFileSync(
    file,
    [
      ...lines,
      'local=/cluster.local/',
      'no-resolv',
      `port=${port}`,
      'listen-address=127.0.0.1',
      'bind-interfaces',
      'pid-file=',
    ].join('\n'),
  )
  return serveTheirs(dnsmasq, ['dnsmasq', '-k', '-C', file, '-u', 'root'], port, answers(port))
}

const startUnbound = async (): Promise<Served> => {
  const port = await freePort()
  const file = join(folder.path, 'unbound.conf')
  const data = names.map((name, at) => `  local-data: "${name}. A 10.96.0.${at}"`)
  const server = [
    'server:',
    '  interface: 127.0.0.1',
    `  port: ${port}`,
    '  do-daemonize: no',
    '  username: ""',
    '  chroot: ""',
    '  pidfile: ""',
    '  use-syslog: no',
    '  logfile: ""',
    '  verbosity: 0',
    '  num-threads: 1',
    `  directory: "${folder.path}"`,
    '  local-zone: "cluster.local." static',
  ]
  writeFileSync(file, [...server, ...data, 'remote-control:', '  control-enable: no', ''].join('\n'))
  return serveTheirs(unbound, ['unbound', '-d', '-c', file], port, answers(port))
}

const perf = (port: number, ...more: string[]): Promise<string> =>
  runProgram(dnsperf, ['dnsperf', '-s', '127.0.0.1', '-p', String(port), '-d', queries, '-l', String(SECONDS), ...more])

const mostPerSecond = async (port: number): Promise<number> =>
  Number(/Queries per second:\s+([\d.]+)/.exec(await perf(port, '-c', '4', '-q', '64'))?.[1])

const p99Ms = async (port: number): Promise<number> => {
  const lines = await perf(port, '-c', '4', '-q', '256', '-Q', String(RATE), '-v')
  const times = [...lines.matchAll(/^> \w+ \S+ A ([\d.]+)$/gm)]
    .map(([, seconds]) => Number(seconds) * 1000)
    .sort((a, b) => a - b)
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN
}

const servers: [string, () => Promise<Served>][] = [
  ['mini', () => serveOurs('dns-process.ts')],
  ['dnsmasq', startDnsmasq],
  ['unbound', startUnbound],
]
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

// All of them up, and asked in turn: a machine that is busy for a moment is so for all.
await using stack = new AsyncDisposableStack()
const running: {readonly name: string; readonly port: number; readonly most: number[]; readonly p99: number[]}[] = []
for (const [name, start] of servers) running.push({name, port: stack.use(await start()).port, most: [], p99: []})
for (let round = 0; round < ROUNDS; round++)
  for (const {port, most, p99} of running) {
    most.push(await mostPerSecond(port))
    p99.push(await p99Ms(port))
  }
const rows = running.flatMap(({name, most, p99}): Row[] => {
  const isOurs = name === 'mini'
  const [rate, late] = [median(most), median(p99)]
  return [
    {
      what: `${name}: queries a second`,
      measured: String(Math.round(rate)),
      target: isOurs ? `> ${RATE}` : 'peer',
      met: !isOurs || rate > RATE,
    },
    {
      what: `${name}: p99 at ${RATE} a second`,
      measured: `${late.toFixed(2)} ms`,
      target: isOurs ? `< ${MOST_P99_MS} ms` : 'peer',
      met: !isOurs || late < MOST_P99_MS,
    },
  ]
})
printRows('Cluster DNS', rows)
