// Nodes and pods without processes: a kubelet that only pretends, for scale and for tests. See README.md.
import {pods} from '../api/resources.ts'
import {SimulatedNodes} from './nodes.ts'
import type {SimulateOptions} from './options.ts'
import {SimulatedPods} from './pods.ts'

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), {once: true})
  })

/** Settles after the signal is aborted and everything inside has stopped. */
export const runSimulatedNodes = async (options: SimulateOptions): Promise<void> => {
  await using nodes = new SimulatedNodes(options)
  await using _pods = new SimulatedPods(options, nodes)
  await options.informers
    .informer(pods)
    .synced(options.signal)
    .catch(() => undefined)
  if (!options.signal.aborted) nodes.start()
  await aborted(options.signal)
}
