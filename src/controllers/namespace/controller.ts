// A namespace that is deleted takes its content with it, and goes when nothing is left.
import {unlessReason} from '../../api/errors.ts'
import {namespaces, pods} from '../../api/resources.ts'
import type {Namespace} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {planConditions} from './conditions.ts'
import {empty} from './content.ts'

const FINALIZER = 'kubernetes'
/** Content that waits for finalizers of others is looked at again after this long, and then less and less often. */
const LOOK_AGAIN = {firstMs: 3_000, maxMs: 8_000}

export const namespaceController: ControllerSpec = {
  name: 'namespace-controller',
  identity: 'namespace-controller',
  workers: 10,
  watches: [
    watching({
      resource: namespaces,
      toKeys: ({type, object}) =>
        type !== 'deleted' && object.metadata.deletionTimestamp !== undefined ? [object.metadata.name] : [],
    }),
    watching({
      resource: pods,
      toKeys: ({type, object: {metadata}}, {cache}) => {
        const name = metadata.namespace ?? ''
        const isGoing = cache(namespaces).getByKey(name)?.metadata.deletionTimestamp !== undefined
        return type === 'deleted' && isGoing ? [name] : []
      },
    }),
  ],
  reconcile: async (name, context) => {
    const namespace = context.cache(namespaces).getByKey(name)
    if (!namespace || namespace.metadata.deletionTimestamp === undefined) return undefined
    if (!namespace.spec?.finalizers?.includes(FINALIZER)) return undefined
    return takeDown(namespace, context)
  },
}

const takeDown = async (namespace: Cached<Namespace>, context: ReconcileContext): Promise<Result> => {
  const remains = await empty(namespace.metadata.name, context)
  const status = sendable(namespace).status ?? {}
  const conditions = planConditions(status.conditions ?? [], remains, context.clock.now())
  const isClean = remains.counts.size === 0 && remains.failures.length === 0 && remains.undiscovered.length === 0
  // One that was empty at once leaves without a word.
  if (isClean && !status.conditions) return finalize(namespace, context)
  const noted = await writeStatus(namespaces, namespace, {...status, phase: 'Terminating', conditions}, context)
  if (remains.failures.length > 0) throw new Error(remains.failures.join('; '))
  if (isClean) return finalize(noted, context)
  const sinceMs = context.clock.now() - Date.parse(namespace.metadata.deletionTimestamp ?? '')
  return {requeueAfterMs: Math.min(Math.max(sinceMs / 4, LOOK_AGAIN.firstMs), LOOK_AGAIN.maxMs)}
}

const finalize = async (namespace: Cached<Namespace>, {client}: ReconcileContext): Promise<Result> => {
  const current = sendable(namespace)
  const finalizers = current.spec?.finalizers?.filter((name) => name !== FINALIZER) ?? []
  await client
    .update(namespaces, {...current, spec: {...current.spec, finalizers}}, {subresource: 'finalize'})
    .catch(unlessReason('NotFound'))
}
