// Cordoned nodes take no new pods, except those that tolerate it.
import {isTolerated} from '../../api/scheduling/taints.ts'
import {type Plugin, rejection} from '../framework.ts'

const NAME = 'NodeUnschedulable'
const UNSCHEDULABLE = {key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'}
const cordoned = rejection(NAME, 'node(s) were unschedulable', {resolvable: false})

export const nodeUnschedulable: Plugin = {
  name: NAME,
  filter: ({pod}) => ({
    check: (node) => (node.unschedulable && !isTolerated(UNSCHEDULABLE, pod.spec?.tolerations) ? cordoned : undefined),
  }),
  wakes: {
    'node-added': (_pod, event) => event.kind === 'node-added' && !event.node.spec?.unschedulable,
    'node-changed': (_pod, event) => event.kind === 'node-changed' && event.aspects.has('unschedulable'),
    'own-change': () => true,
  },
}
