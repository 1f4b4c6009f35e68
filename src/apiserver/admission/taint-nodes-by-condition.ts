// A new node is not ready until its kubelet says so.
import type {Node} from '../../api/schema/types.gen.ts'
import type {AdmissionStep} from './contract.ts'
import {isWhole, objectOf, resourceOf} from './refuse.ts'

const notReady = {key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule'}

export const taintNodesByCondition: AdmissionStep = {
  name: 'TaintNodesByCondition',
  handles: (request) => isWhole(request) && resourceOf(request) === 'nodes' && request.operation === 'CREATE',
  mutate(request) {
    const node = objectOf<Node>(request)
    const taints = node.spec?.taints ?? []
    if (taints.some(({key, effect}) => key === notReady.key && effect === notReady.effect)) return
    node.spec = {...node.spec, taints: [...taints, {...notReady}]}
  },
}
