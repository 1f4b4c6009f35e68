// Which kubelet answers for which node. The API server asks here; kubelets and simulated nodes of this process enlist.
import {ApiError} from '../api/errors.ts'
import type {NodeConnector} from '../apiserver/contract.ts'
import type {NodeConnections} from './component.ts'

export const nodeConnections = (): NodeConnections & {readonly connector: NodeConnector} => {
  const byName = new Map<string, NodeConnector>()
  return {
    add: (name, connect) => void byName.set(name, connect),
    remove: (name) => void byName.delete(name),
    connector: async (name) => {
      const connect = byName.get(name)
      if (!connect) throw new ApiError('ServiceUnavailable', `no kubelet answers for node "${name}"`)
      return connect(name)
    },
  }
}
