// The scheduler's plugins, in the order they are asked.
import type {Plugin} from './framework.ts'
import {imageLocality} from './plugins/image-locality.ts'
import {interPodAffinity} from './plugins/inter-pod-affinity.ts'
import {nodeAffinity} from './plugins/node-affinity.ts'
import {nodeName} from './plugins/node-name.ts'
import {nodePorts} from './plugins/node-ports.ts'
import {nodeResourcesBalancedAllocation} from './plugins/node-resources-balanced-allocation.ts'
import {nodeResourcesFit} from './plugins/node-resources-fit.ts'
import {nodeUnschedulable} from './plugins/node-unschedulable.ts'
import {nodeVolumeLimits} from './plugins/node-volume-limits.ts'
import {podTopologySpread} from './plugins/pod-topology-spread.ts'
import {prioritySort} from './plugins/priority-sort.ts'
import {schedulingGates} from './plugins/scheduling-gates.ts'
import {taintToleration} from './plugins/taint-toleration.ts'
import {volumeBinding} from './plugins/volume-binding.ts'
import {volumeRestrictions} from './plugins/volume-restrictions.ts'
import {volumeZone} from './plugins/volume-zone.ts'

export const plugins: readonly Plugin[] = [
  schedulingGates,
  prioritySort,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
  nodeResourcesBalancedAllocation,
  imageLocality,
]
