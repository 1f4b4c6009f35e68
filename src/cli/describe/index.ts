// Every kind that has a description of its own. Adding one is a line here and a describer in kinds/.
import type {KubeObject, Stored} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {DescribeContext, Describer} from './describer.ts'
import {describeAnything} from './generic.ts'
import {
  autoscalerDescriber,
  budgetDescriber,
  limitRangeDescriber,
  namespaceDescriber,
  nodeDescriber,
  priorityClassDescriber,
  resourceQuotaDescriber,
  signingRequestDescriber,
} from './kinds/cluster.ts'
import {configMapDescriber, secretDescriber, serviceAccountDescriber} from './kinds/config.ts'
import {cronJobDescriber, jobDescriber} from './kinds/jobs.ts'
import {
  endpointSliceDescriber,
  endpointsDescriber,
  ingressClassDescriber,
  ingressDescriber,
  ipAddressDescriber,
  networkPolicyDescriber,
  serviceCidrDescriber,
  serviceDescriber,
} from './kinds/network.ts'
import {podDescriber} from './kinds/pods.ts'
import {clusterRoleBindingDescriber, clusterRoleDescriber, roleBindingDescriber, roleDescriber} from './kinds/rbac.ts'
import {
  attributesClassDescriber,
  claimDescriber,
  csiNodeDescriber,
  storageClassDescriber,
  volumeDescriber,
} from './kinds/storage.ts'
import {
  daemonSetDescriber,
  deploymentDescriber,
  replicaSetDescriber,
  replicationControllerDescriber,
  statefulSetDescriber,
} from './kinds/workloads.ts'
import {Page} from './page.ts'

export const describers: readonly Describer[] = [
  podDescriber,
  deploymentDescriber,
  replicaSetDescriber,
  replicationControllerDescriber,
  statefulSetDescriber,
  daemonSetDescriber,
  jobDescriber,
  cronJobDescriber,
  serviceDescriber,
  endpointSliceDescriber,
  endpointsDescriber,
  ingressDescriber,
  ingressClassDescriber,
  networkPolicyDescriber,
  ipAddressDescriber,
  serviceCidrDescriber,
  configMapDescriber,
  secretDescriber,
  serviceAccountDescriber,
  nodeDescriber,
  namespaceDescriber,
  resourceQuotaDescriber,
  limitRangeDescriber,
  priorityClassDescriber,
  budgetDescriber,
  autoscalerDescriber,
  signingRequestDescriber,
  volumeDescriber,
  claimDescriber,
  storageClassDescriber,
  attributesClassDescriber,
  csiNodeDescriber,
  roleDescriber,
  clusterRoleDescriber,
  roleBindingDescriber,
  clusterRoleBindingDescriber,
]

const byKind = new Map(describers.map(({resource, describe}) => [`${resource.kind}.${resource.group}`, describe]))

export const describeObject = async (
  resource: Pick<Resource, 'group' | 'kind'>,
  object: Stored<KubeObject>,
  context: DescribeContext,
): Promise<string> => {
  const page = new Page()
  await (byKind.get(`${resource.kind}.${resource.group}`) ?? describeAnything)(page, object, context)
  return page.toString()
}
