// The scale subresource of the workload kinds.
import type {Subresource} from '../kind.ts'
import type {KubeObject} from '../object.ts'
import type {LabelSelector} from '../schema/types.gen.ts'
import {showLabelSelector, showLabels} from './selector-text.ts'

interface Scalable extends KubeObject {
  spec?: {selector?: LabelSelector | undefined} | undefined
}

interface SimplySelecting extends KubeObject {
  spec?: {selector?: {[label: string]: string} | undefined} | undefined
}

const scaleOf = <T extends KubeObject>(selector: (object: T) => string): Subresource<T> => ({
  verbs: ['get', 'patch', 'update'],
  speaks: {group: 'autoscaling', version: 'v1', kind: 'Scale'},
  scale: {specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', selector},
})

export const scaleSubresource: Subresource<Scalable> = scaleOf((object: Scalable) =>
  showLabelSelector(object.spec?.selector),
)
export const replicationControllerScale: Subresource<SimplySelecting> = scaleOf((object: SimplySelecting) =>
  showLabels(object.spec?.selector),
)
