// What the container runtime says of itself: whether it is in order, and what its handlers can do.
import type {NodeRuntimeHandler, NodeStatus} from '../../api/schema/types.gen.ts'
import type {CriClient} from '../../lib/cri/client.ts'

export interface RuntimeInfo {
  /** Why pods cannot run now. */
  readonly problem: string | undefined
  readonly handlers: readonly NodeRuntimeHandler[]
  readonly features: NodeStatus['features']
}

export const runtimeInfo = async (cri: CriClient): Promise<RuntimeInfo> => {
  try {
    const {features, runtimeHandlers, status} = await cri.RuntimeService.Status({})
    const down = (status?.conditions ?? []).find(({status: up}) => !up)
    return {
      problem:
        down && `container runtime network not ready: ${down.type}=false reason:${down.reason} message:${down.message}`,
      handlers: runtimeHandlers.map(({features: can, name}) => ({
        name,
        features: {
          recursiveReadOnlyMounts: can?.recursiveReadOnlyMounts ?? false,
          userNamespaces: can?.userNamespaces ?? false,
        },
      })),
      features: {supplementalGroupsPolicy: features?.supplementalGroupsPolicy ?? false},
    }
  } catch {
    return {problem: 'container runtime is down', handlers: [], features: undefined}
  }
}

const featureOf = (
  handlers: readonly NodeRuntimeHandler[],
  handler: string,
  feature: 'recursiveReadOnlyMounts' | 'userNamespaces',
): boolean => handlers.find(({name = ''}) => name === handler)?.features?.[feature] ?? false

export const canOwnUsers = (handlers: readonly NodeRuntimeHandler[], handler: string): boolean =>
  featureOf(handlers, handler, 'userNamespaces')

export const canRecursiveReadOnly = (handlers: readonly NodeRuntimeHandler[], handler: string): boolean =>
  featureOf(handlers, handler, 'recursiveReadOnlyMounts')
