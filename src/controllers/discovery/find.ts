import {type Resource, splitApiVersion} from '../../api/resource.ts'
import {deployments, replicaSets, replicationControllers, statefulSets} from '../../api/resources.ts'
import type {ReconcileContext} from '../../reconcile/contract.ts'
import {discover} from './discover.ts'

const usual: readonly Resource[] = [deployments, replicaSets, replicationControllers, statefulSets] as never

interface KindName {
  readonly apiVersion?: string | undefined
  readonly kind: string
}

/** The resource of a kind, custom ones included; undefined when it is not served. */
export const resourceOf = async (
  {apiVersion = '', kind}: KindName,
  {client, signal}: Pick<ReconcileContext, 'client' | 'signal'>,
): Promise<Resource | undefined> => {
  const {group, version} = splitApiVersion(apiVersion)
  const isIt = (resource: Resource): boolean => resource.group === group && resource.kind === kind
  const known = usual.find((resource) => isIt(resource) && resource.version === version)
  if (known) return known
  const {resources} = await discover(client, signal)
  const served = resources.filter(isIt)
  return served.find((resource) => resource.version === version) ?? served[0]
}
