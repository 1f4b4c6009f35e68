// The pod of a DaemonSet for one node: bound to it by affinity, so that the scheduler places it like any other.
import {daemonSets} from '../../api/resources.ts'
import type {Affinity, DaemonSet, Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {controllerReference} from '../objects/owners.ts'
import {podFromTemplate} from '../pods/from-template.ts'
import {tolerationsOf} from './nodes.ts'
import {GENERATION_ANNOTATION, GENERATION_LABEL, HASH_LABEL} from './plan.ts'

export const daemonPod = (set: Cached<DaemonSet>, node: string, hash: string): Pod => {
  const {namespace, name, annotations} = set.metadata
  const pod = podFromTemplate(set.spec?.template, {namespace, name}, controllerReference(daemonSets, set))
  const generation = annotations?.[GENERATION_ANNOTATION]
  const labels = {
    ...pod.metadata?.labels,
    ...(generation ? {[GENERATION_LABEL]: generation} : {}),
    [HASH_LABEL]: hash,
  }
  const spec = pod.spec ?? {containers: []}
  return {
    ...pod,
    metadata: {...pod.metadata, labels},
    spec: {...spec, tolerations: tolerationsOf(set), affinity: boundTo(node, spec.affinity)},
  }
}

const boundTo = (node: string, affinity: Affinity | undefined): Affinity => {
  const field = {key: 'metadata.name', operator: 'In', values: [node]}
  // The template's own terms were asked when the node was chosen.
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [field]}]},
    },
  }
}
