import type {Node} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'

export const isReady = (node: Cached<Node>): boolean =>
  node.status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') ?? false

export const nodesReady = (nodes: readonly Cached<Node>[]): {ready: number; total: number} => ({
  ready: nodes.filter(isReady).length,
  total: nodes.length,
})
