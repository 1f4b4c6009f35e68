// Taints keep pods away (NoSchedule, NoExecute) or make a node less liked (PreferNoSchedule).
import {isTolerated, untoleratedTaint} from '../../api/scheduling/taints.ts'
import {normalizeToHighest, type Plugin, rejection} from '../framework.ts'

const NAME = 'TaintToleration'
const untolerated = rejection(NAME, 'node(s) had untolerated taint(s)', {resolvable: false})

export const taintToleration: Plugin = {
  name: NAME,
  weight: 3,
  filter: ({pod}) => ({
    check: ({taints}) =>
      taints.length > 0 && untoleratedTaint(taints, pod.spec?.tolerations) ? untolerated : undefined,
  }),
  score: ({pod}, cluster) =>
    cluster.hasSoftTaints
      ? {
          score: ({taints}) =>
            taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, pod.spec?.tolerations))
              .length,
          normalize: (scores) => normalizeToHighest(scores, {reverse: true}),
        }
      : undefined,
  wakes: {
    'node-added': ({pod}, event) =>
      event.kind === 'node-added' && !untoleratedTaint(event.node.spec?.taints ?? [], pod.spec?.tolerations),
    'node-changed': ({pod}, event) =>
      event.kind === 'node-changed' &&
      event.aspects.has('taints') &&
      !untoleratedTaint(event.node.spec?.taints ?? [], pod.spec?.tolerations),
    'own-change': () => true,
  },
}
