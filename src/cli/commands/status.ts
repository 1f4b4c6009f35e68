import {askDaemon, NotRunningError, startCommand} from '../cluster/daemon.ts'
import {selectedProfile} from '../cluster/selected-profile.ts'
import {command, string} from '../definition.ts'
import {usageMistake} from '../invocation.ts'

interface Status {
  readonly profile: string
  readonly version: string
  readonly pid: number
  readonly uptimeSeconds: number
  readonly paused: boolean
  readonly memoryBytes: number
  readonly endpoints: Readonly<Record<string, string>>
  readonly nodes: {readonly ready: number; readonly total: number}
  readonly runtime: string
  readonly lacks: readonly string[]
  readonly components: readonly {
    readonly name: string
    readonly state: string
    readonly restarts: number
    readonly since: number
    readonly lastError?: string
  }[]
}

/** minikube's bits: what of host, cluster and Kubernetes is not well. */
const HOST = 1
const CLUSTER = 2
const KUBERNETES = 4

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`

const seconds = (count: number): string => {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
    [1, 's'],
  ]
  const [size, letter] = units.find(([unit]) => count >= unit) ?? [1, 's']
  return `${Math.floor(count / size)}${letter}`
}

const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd((widths[at] ?? 0) + 3))
          .join('')
          .trimEnd()}\n`,
    )
    .join('')
}

const table = (status: Status, nowMs: number): string => {
  const head: [string, string][] = [
    ['profile', status.profile],
    ['state', status.paused ? 'Paused' : 'Running'],
    ['version', status.version],
    ['daemon', `pid ${status.pid}, up ${seconds(status.uptimeSeconds)}, ${megabytes(status.memoryBytes)}`],
    ['runtime', status.runtime],
    ['nodes', `${status.nodes.ready} of ${status.nodes.total} ready`],
    ...Object.entries(status.endpoints),
  ]
  const rows = status.components.map(({name, state, restarts, since, lastError}) => [
    name,
    state,
    String(restarts),
    seconds(Math.max(0, (nowMs - since) / 1000)),
    lastError ?? '',
  ])
  const lacks = status.lacks.map((lack) => `! ${lack}\n`).join('')
  return `${columns(head)}\n${columns([['COMPONENT', 'STATE', 'RESTARTS', 'SINCE', 'LAST ERROR'], ...rows])}${lacks && `\n${lacks}`}`
}

const bits = (status: Status): number =>
  (status.components.some(({state}) => state === 'Restarting') || status.paused ? CLUSTER : 0) |
  (status.nodes.ready < status.nodes.total ? KUBERNETES : 0)

export const definition = command({
  usage: '[flags]',
  summary: 'Show how the cluster and its parts are',
  description: `Exits with 0 when all is well, else with the sum of ${HOST} (the daemon does not run), ${CLUSTER} (a part of it is down or paused) and ${KUBERNETES} (not every node is Ready).`,
  flags: {output: string("How to say it: '' for people, 'json' for programs.", {short: 'o'})},
  async run(invocation) {
    const {io, flags} = invocation
    if (flags.output !== '' && flags.output !== 'json')
      throw usageMistake(invocation, `unknown output ${JSON.stringify(flags.output)}; use json`)
    const profile = selectedProfile(invocation)
    try {
      const status = await askDaemon<Status>(profile, 'GET', 'status')
      io.out(flags.output === 'json' ? `${JSON.stringify(status)}\n` : table(status, io.now()))
      return bits(status)
    } catch (error) {
      if (!(error instanceof NotRunningError)) throw error
      if (flags.output === 'json') io.out(`${JSON.stringify({profile: profile.name, state: 'Stopped'})}\n`)
      else
        io.out(
          columns([
            ['profile', profile.name],
            ['state', 'Stopped'],
            ['start it with', startCommand(profile)],
          ]),
        )
      return HOST | CLUSTER | KUBERNETES
    }
  },
})
