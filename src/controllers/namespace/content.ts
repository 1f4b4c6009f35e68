// Empties a namespace: first the pods, so that nothing they need goes before them, then everything else.
import {unlessReason} from '../../api/errors.ts'
import {groupResourceOf} from '../../api/resource.ts'
import type {ReconcileContext} from '../../reconcile/contract.ts'
import {discover, type ServedResource} from '../discovery/discover.ts'
import {messageOf} from '../objects/slow-start.ts'
import type {Remains} from './conditions.ts'

const needed = ['list', 'delete']

interface Tally {
  readonly undiscovered: readonly string[]
  readonly failures: string[]
  readonly counts: Map<string, number>
  readonly finalizers: Map<string, number>
}

/** Asks for the deletion of everything; returns what is still there. */
export const empty = async (namespace: string, context: ReconcileContext): Promise<Remains> => {
  const {resources, stale} = await discover(context.client, context.signal)
  const all = resources.filter(
    ({namespaced, verbs, isPreferred}) => namespaced && isPreferred && needed.every((verb) => verbs.includes(verb)),
  )
  const tally: Tally = {undiscovered: stale, failures: [], counts: new Map(), finalizers: new Map()}
  const isPods = (resource: ServedResource): boolean => groupResourceOf(resource) === 'pods'
  await emptyEach(all.filter(isPods), namespace, tally, context)
  if (tally.counts.size > 0 || tally.failures.length > 0) return tally
  await emptyEach(
    all.filter((resource) => !isPods(resource)),
    namespace,
    tally,
    context,
  )
  return tally
}

const emptyEach = async (
  resources: readonly ServedResource[],
  namespace: string,
  tally: Tally,
  context: ReconcileContext,
): Promise<void> => {
  for (const resource of resources)
    try {
      await emptyOne(resource, namespace, tally, context)
    } catch (error) {
      if (context.signal.aborted) throw error
      tally.failures.push(`failed to delete ${groupResourceOf(resource)}: ${messageOf(error)}`)
    }
}

const emptyOne = async (
  resource: ServedResource,
  namespace: string,
  {counts, finalizers}: Tally,
  {client}: ReconcileContext,
): Promise<void> => {
  const before = await client.list(resource, {namespace})
  if (before.items.length === 0) return
  if (before.items.some(({metadata}) => metadata.deletionTimestamp === undefined)) {
    const options = {propagationPolicy: 'Background'} as const
    if (resource.verbs.includes('deletecollection')) await client.deleteCollection(resource, {namespace}, options)
    else
      for (const {metadata} of before.items)
        await client.delete(resource, {namespace, name: metadata.name}, options).catch(unlessReason('NotFound'))
  }
  const {items} = await client.list(resource, {namespace})
  if (items.length === 0) return
  counts.set(`${resource.plural}.${resource.group}`, items.length)
  for (const {metadata} of items)
    for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1)
}
