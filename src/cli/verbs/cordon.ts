import type {flags} from '../commands/cordon.ts'
import {selectNodes, setUnschedulable} from '../drain/nodes.ts'
import {dryRunOf} from '../dry-run.ts'
import type {Invocation} from '../invocation.ts'

export const cordonVerb = async (invocation: Invocation<typeof flags>, unschedulable: boolean): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const nodes = await selectNodes(invocation as unknown as Invocation, own.selector)
  const {client} = await connect()
  for (const node of nodes) io.out(await setUnschedulable(client, node, unschedulable, dryRun))
}
