import type {ApiClient} from '../../client/contract.ts'
import type {flags} from '../commands/drain.ts'
import {type EvictOptions, evictAll} from '../drain/evict.ts'
import {selectNodes, setUnschedulable} from '../drain/nodes.ts'
import {planDrain} from '../drain/pods.ts'
import {type DryRun, dryRunOf, withDryRun} from '../dry-run.ts'
import type {Info} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {nameOf, namespaceOf} from '../objects.ts'
import {messageOf} from '../report-error.ts'
import {Failure} from '../usage-mistake.ts'

type Drain = Invocation<typeof flags>

const evictOptions = (invocation: Drain, client: ApiClient, dryRun: DryRun): EvictOptions => ({
  client,
  io: invocation.io,
  byDeletion: invocation.flags['disable-eviction'],
  gracePeriod: invocation.flags['grace-period'],
  timeoutMs: invocation.flags.timeout,
  serverDryRun: dryRun === 'server',
})

/** What kept the node from being drained, a line each; none: it is drained. */
const drainNode = async (invocation: Drain, client: ApiClient, node: Info, dryRun: DryRun): Promise<string[]> => {
  const {flags: own, io} = invocation
  const rules = {
    force: own.force,
    ignoreDaemonSets: own['ignore-daemonsets'],
    deleteEmptyDirData: own['delete-emptydir-data'],
    skipWaitAfter: own['skip-wait-for-delete-timeout'],
  }
  const plan = await planDrain(client, node.name, own['pod-selector'], rules, io.now())
  if (plan.errors.length > 0) return [...plan.errors]
  if (plan.warnings !== '') io.err(`Warning: ${plan.warnings}\n`)
  const verb = own['disable-eviction'] ? 'deleting' : 'evicting'
  for (const pod of plan.going) io.out(`${withDryRun(`${verb} pod ${namespaceOf(pod)}/${nameOf(pod)}`, dryRun)}\n`)
  if (dryRun === 'client') return []
  const failed = await evictAll(plan.going, evictOptions(invocation, client, dryRun))
  return failed.map(messageOf)
}

const summary = (lines: readonly string[]): string => (lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`)

export const drain = async (invocation: Drain): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const nodes = await selectNodes(invocation as unknown as Invocation, own.selector, own['chunk-size'])
  const {client} = await connect()
  for (const node of nodes) io.out(await setUnschedulable(client, node, true, dryRun))
  const pending: string[] = []
  const fatal: (readonly string[])[] = []
  for (const node of nodes) {
    const problems = await drainNode(invocation, client, node, dryRun)
    if (problems.length === 0) {
      io.out(`node/${node.name} ${withDryRun('drained', dryRun)}\n`)
      continue
    }
    io.err(
      `error: unable to drain node ${JSON.stringify(node.name)} due to error: ${summary(problems)}, continuing command...\n`,
    )
    pending.push(node.name)
    fatal.push(problems)
  }
  if (pending.length === 0) return
  io.err(`There are pending nodes to be drained:\n${pending.map((name) => ` ${name}\n`).join('')}`)
  // Of one node every problem has a line; of several nodes each has one.
  throw new Failure((fatal.length === 1 ? fatal.flat() : fatal.map(summary)).join('\n'))
}
