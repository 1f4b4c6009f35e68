// Pods by the node they are on.
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached, IndexFunction} from '../../reconcile/contract.ts'

/** The name is shared: whoever else files pods under `node` means the same. */
export const BY_NODE = 'node'

export const nodeIndex: IndexFunction<Pod> = (pod: Cached<Pod>) => (pod.spec?.nodeName ? [pod.spec.nodeName] : [])
