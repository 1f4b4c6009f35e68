// Pods stay five minutes on a node that is not ready or cannot be reached, unless they say otherwise.
import type {Pod, Toleration} from '../../api/schema/types.gen.ts'
import type {AdmissionStep} from './contract.ts'
import {isWhole, objectOf, resourceOf} from './refuse.ts'

const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const tolerationSeconds = 300

const covers =
  (taint: string) =>
  ({key, effect}: Toleration): boolean =>
    (!key || key === taint) && (!effect || effect === 'NoExecute')

export const defaultTolerationSeconds: AdmissionStep = {
  name: 'DefaultTolerationSeconds',
  handles: (request) =>
    isWhole(request) &&
    resourceOf(request) === 'pods' &&
    (request.operation === 'CREATE' || request.operation === 'UPDATE'),
  mutate(request) {
    const {spec} = objectOf<Pod>(request)
    if (!spec) return
    const has = spec.tolerations ?? []
    const added = taints
      .filter((taint) => !has.some(covers(taint)))
      .map((key): Toleration => ({key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds}))
    if (added.length > 0) spec.tolerations = [...has, ...added]
  },
}
