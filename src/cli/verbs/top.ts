import {pathOf} from '../../api/resource.ts'
import {nodes} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {flags as nodeFlags} from '../commands/top/node.ts'
import type {flags as podFlags} from '../commands/top/pod.ts'
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {listAt, nameOf, namespaceOf, type Obj, stringsAt, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {discover} from '../resources/discovery.ts'

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

const amount = (text: string): number => {
  const [, digits = '0', unit = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? []
  return Number(digits) * (factors[unit] ?? 1)
}

interface Usage {
  readonly cpu: number
  readonly memory: number
}

const usageOf = (usage: Readonly<Record<string, string>>): Usage => ({
  cpu: Math.ceil(amount(usage.cpu ?? '0') * 1000 - 1e-9),
  memory: amount(usage.memory ?? '0'),
})

const sum = (usages: readonly Usage[]): Usage => ({
  cpu: usages.reduce((total, {cpu}) => total + cpu, 0),
  memory: usages.reduce((total, {memory}) => total + memory, 0),
})

const cells = ({cpu, memory}: Usage): string[] => [`${cpu}m`, `${Math.trunc(memory / 2 ** 20)}Mi`]

const ensureMetrics = async (client: ApiClient): Promise<void> => {
  const {groups} = await discover(client)
  const served = groups.find(({name}) => name === 'metrics.k8s.io')
  if (!served?.versions.includes('v1beta1')) throw new Error('Metrics API not available')
}

const checkSort = (invocation: Pick<Invocation, 'program' | 'words'>, by: string): void => {
  if (by !== '' && by !== 'cpu' && by !== 'memory')
    throw usageMistake(invocation, '--sort-by accepts only cpu or memory')
}

const sorted = <T extends {readonly usage: Usage; readonly key: string}>(items: readonly T[], by: string): T[] =>
  items.toSorted((one, other) => {
    if (by === 'cpu') return other.usage.cpu - one.usage.cpu
    if (by === 'memory') return other.usage.memory - one.usage.memory
    return one.key < other.key ? -1 : 1
  })

const read = async (client: ApiClient, path: string, name: string | undefined, query: string): Promise<Obj[]> => {
  if (name !== undefined) return [await getJson<Obj>(client, `${path}/${name}`)]
  return listAt(await getJson<Obj>(client, query === '' ? path : `${path}?${query}`), 'items')
}

const metrics = '/apis/metrics.k8s.io/v1beta1'

const table = (header: readonly string[], rows: readonly (readonly string[])[], noHeaders: boolean): string => {
  const lines = noHeaders ? rows : [header, ...rows]
  return lines.length === 0 ? '' : alignTabs(lines.map((line) => `${line.join('\t')}\n`).join(''), tableTabs)
}

export const topNode = async (invocation: Invocation<typeof nodeFlags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length > 1) throw usageMistake(invocation, 'only one node name may be given')
  if (args.length > 0 && own.selector !== '')
    throw usageMistake(invocation, 'only one of NAME or --selector can be provided')
  checkSort(invocation, own['sort-by'])
  const {client} = await connect()
  await ensureMetrics(client)
  const query = own.selector === '' ? '' : `labelSelector=${encodeURIComponent(own.selector)}`
  const used = await read(client, `${metrics}/nodes`, args[0], query)
  if (used.length === 0) throw new Error('metrics not available yet')
  const all = listAt(await getJson<Obj>(client, pathOf(nodes, {})), 'items')
  const limitsOf = new Map(
    all.map((node) => [
      nameOf(node),
      usageOf(stringsAt(node, 'status', own['show-capacity'] ? 'capacity' : 'allocatable')),
    ]),
  )
  const items = sorted(
    used.map((metric) => ({key: nameOf(metric), usage: usageOf(stringsAt(metric, 'usage'))})),
    own['sort-by'],
  )
  const percent = (part: number, whole: number | undefined): string =>
    whole ? `${Math.trunc((part / whole) * 100)}%` : '<unknown>'
  const rows = items.map(({key, usage}) => {
    const limits = limitsOf.get(key)
    const [cpu = '', memory = ''] = cells(usage)
    return [key, cpu, percent(usage.cpu, limits?.cpu), memory, percent(usage.memory, limits?.memory)]
  })
  io.out(table(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'], rows, own['no-headers']))
}

interface PodUsage {
  readonly key: string
  readonly usage: Usage
  readonly metric: Obj
}

const podRows = (pods: readonly PodUsage[], {flags: own}: Invocation<typeof podFlags>): string[][] =>
  pods.flatMap(({metric, usage}) => {
    const namespace = own['all-namespaces'] ? [namespaceOf(metric)] : []
    if (!own.containers) return [[...namespace, nameOf(metric), ...cells(usage)]]
    return listAt(metric, 'containers').map((container) => [
      ...namespace,
      nameOf(metric),
      textAt(container, 'name'),
      ...cells(usageOf(stringsAt(container, 'usage'))),
    ])
  })

export const topPod = async (invocation: Invocation<typeof podFlags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length > 1) throw usageMistake(invocation, 'only one pod name may be given')
  if (args.length > 0 && own.selector !== '')
    throw usageMistake(invocation, 'only one of NAME or selector can be provided')
  checkSort(invocation, own['sort-by'])
  const {client, namespace} = await connect()
  await ensureMetrics(client)
  const path = own['all-namespaces'] ? `${metrics}/pods` : `${metrics}/namespaces/${namespace}/pods`
  const search = new URLSearchParams()
  if (own.selector !== '') search.set('labelSelector', own.selector)
  if (own['field-selector'] !== '') search.set('fieldSelector', own['field-selector'])
  const used = await read(client, path, args[0], search.toString())
  if (used.length === 0) {
    io.err(own['all-namespaces'] ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`)
    return
  }
  const pods = sorted(
    used.map((metric) => ({
      key: `${namespaceOf(metric)}/${nameOf(metric)}`,
      metric,
      usage: sum(listAt(metric, 'containers').map((container) => usageOf(stringsAt(container, 'usage')))),
    })),
    own['sort-by'],
  )
  const header = [
    ...(own['all-namespaces'] ? ['NAMESPACE'] : []),
    own.containers ? 'POD' : 'NAME',
    ...(own.containers ? ['NAME'] : []),
    'CPU(cores)',
    'MEMORY(bytes)',
  ]
  const rows = podRows(pods, invocation)
  if (own.sum) {
    const blanks = header.slice(0, -2).map(() => '')
    const total = cells(sum(pods.map(({usage}) => usage)))
    rows.push([...blanks, '________', '________'], [...blanks, ...total])
  }
  io.out(table(header, rows, own['no-headers']))
}
