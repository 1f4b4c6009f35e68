// What clients get from the server over TLS, load generator included: rates at 32 connections, a large list, fan-out.
import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {Agent, request} from 'node:https'
import {join} from 'node:path'
import {printRows, type Row} from './compare.ts'

interface Access {
  readonly port: number
  readonly ca: string
  readonly cert: string
  readonly key: string
}

const connections = 32
const child: ChildProcess = fork(join(import.meta.dirname, 'apiserver-process.ts'), {execArgv: ['--expose-gc']})
const [access] = (await once(child, 'message')) as [Access]
const agentOf = (maxSockets: number): Agent =>
  new Agent({keepAlive: true, maxSockets, ca: access.ca, cert: access.cert, key: access.key})
const agent = agentOf(connections)

interface Asking {
  readonly body?: string
  readonly type?: string
}

const ask = (method: string, path: string, {body, type = 'application/json'}: Asking = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : {'content-type': type, 'content-length': Buffer.byteLength(body)}
    const sent = request({agent, host: '127.0.0.1', port: access.port, method, path, headers}, (response) => {
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
      })
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(size)
        else reject(new Error(`${method} ${path} answered ${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })

const rows: Row[] = []

const cpuUs = async (): Promise<number> => {
  child.send('cpu')
  const [answer] = (await once(child, 'message')) as [{cpuUs: number}]
  return answer.cpuUs
}

/** The processor time of the server is in the table too: it says the same on a machine that is busy with others. */
const rate = async (
  what: string,
  count: number,
  target: number,
  one: (at: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0
  const cpuBefore = await cpuUs()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({length: connections}, async () => {
      while (next < count) await one(next++)
    }),
  )
  const perSecond = count / ((performance.now() - startedAt) / 1000)
  const each = ((await cpuUs()) - cpuBefore) / count
  rows.push({
    what,
    measured: `${perSecond.toFixed(0)}/s, ${each.toFixed(0)} us of processor each`,
    target: `>= ${target}/s`,
    met: perSecond >= target,
  })
}

const time = async (what: string, targetMs: number, one: () => Promise<unknown>): Promise<void> => {
  const times: number[] = []
  for (let run = 0; run < 7; run++) {
    const startedAt = performance.now()
    await one()
    times.push(performance.now() - startedAt)
  }
  const median = times.toSorted((a, b) => a - b)[3] ?? 0
  rows.push({what, measured: `${median.toFixed(1)} ms`, target: `< ${targetMs} ms`, met: median < targetMs})
}

const configMaps = '/api/v1/namespaces/default/configmaps'
const pods = '/api/v1/namespaces/default/pods'
const configMap = (at: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: `c${at}`, labels: {app: `a${at % 10}`}},
    data: {a: 'x'.repeat(200)},
  })
const env = Array.from({length: 20}, (_, at) => ({name: `VARIABLE_${at}`, value: 'x'.repeat(30)}))
const pod = (at: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: `p${at}`, labels: {app: `a${at % 10}`}},
    spec: {containers: [{name: 'c', image: 'app:1', env}]},
  })

const memory = async (): Promise<number> => {
  child.send('memory')
  const [{rss}] = (await once(child, 'message')) as [{rss: number}]
  return rss
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.floor(sorted.length * part)] ?? 0

/** How long after it was sent a write has reached each watcher. */
const fanOut = async (watchers: number, targets: {readonly p50: number; readonly p99: number}): Promise<void> => {
  const watching = agentOf(watchers)
  const delays: number[] = []
  let sentAt = 0
  let waiting = 0
  let seen: () => void = () => undefined
  const requests = await Promise.all(
    Array.from({length: watchers}, async () => {
      const asked = request({
        agent: watching,
        host: '127.0.0.1',
        port: access.port,
        path: `${configMaps}?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dfan`,
      })
      asked.on('error', () => undefined)
      asked.end()
      const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
      response.on('error', () => undefined)
      response.on('data', () => {
        delays.push(performance.now() - sentAt)
        if (--waiting === 0) seen()
      })
      return asked
    }),
  )
  for (let write = 0; write < 30; write++) {
    waiting = watchers
    const all = new Promise<void>((resolve) => {
      seen = resolve
    })
    sentAt = performance.now()
    const body = JSON.stringify({data: {write: String(write)}})
    await ask('PATCH', `${configMaps}/fan`, {body, type: 'application/merge-patch+json'})
    await all
    if (write < 5) delays.length = 0
  }
  for (const asked of requests) asked.destroy()
  watching.destroy()
  const sorted = delays.toSorted((a, b) => a - b)
  const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)]
  rows.push({
    what: `a write seen by ${watchers} watchers, p50 and p99`,
    measured: `${p50.toFixed(1)} and ${p99.toFixed(1)} ms`,
    target: `< ${targets.p50} and ${targets.p99} ms`,
    met: p50 < targets.p50 && p99 < targets.p99,
  })
}

const patch = {type: 'application/merge-patch+json'}
try {
  await rate('warm-up', 500, 0, (at) => ask('POST', configMaps, {body: configMap(at + 100_000)}))
  rows.pop()
  const before = await memory()
  await rate('durable creates', 6000, 2600, (at) => ask('POST', configMaps, {body: configMap(at)}))
  const perObject = (await memory()) - before
  await rate('gets', 15_000, 5000, (at) => ask('GET', `${configMaps}/c${at % 6000}`))
  await rate('merge patches', 6000, 2300, (at) =>
    ask('PATCH', `${configMaps}/c${at}`, {body: `{"data":{"n":"${at}"}}`, ...patch}),
  )
  await ask('POST', '/api/v1/namespaces/default/serviceaccounts', {body: '{"metadata":{"name":"default"}}'})
  await rate('pod creates', 3000, 1800, (at) => ask('POST', pods, {body: pod(at)}))
  await time('list of 3,000 pods', 35, () => ask('GET', pods))
  await time('a tenth of them by label', 35, () => ask('GET', `${pods}?labelSelector=app%3Da3`))
  await rate('deletes', 6000, 1200, (at) => ask('DELETE', `${configMaps}/c${at}`))
  await ask('POST', configMaps, {body: JSON.stringify({metadata: {name: 'fan'}})})
  await fanOut(200, {p50: 4, p99: 7})
  await fanOut(1000, {p50: 20, p99: 35})
  rows.push({
    what: 'memory a small object',
    measured: `${(perObject / 6000 / 1024).toFixed(1)} KB`,
    target: '<= 8 KB',
    met: perObject / 6000 <= 8 * 1024,
  })
} finally {
  agent.destroy()
  child.disconnect()
}
printRows('API server over TLS, 32 connections, load generator included', rows)
