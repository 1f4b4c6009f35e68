// Which revision a StatefulSet is at, and which it is going to.
import {statefulSets} from '../../api/resources.ts'
import type {StatefulSet} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {revisionHash} from '../objects/hash.ts'
import {controllerReference} from '../objects/owners.ts'
import {sendable} from '../objects/status.ts'
import {
  byRevision,
  createRevision,
  dataOf,
  hasData,
  nextRevision,
  type Revision,
  renumber,
  truncateHistory,
} from '../revisions/history.ts'

const HASH_LABEL = 'controller.kubernetes.io/hash'

export interface SetRevisions {
  readonly current: Revision
  readonly update: Revision
  readonly all: readonly Revision[]
  readonly collisionCount: number | undefined
}

export const settleRevisions = async (
  set: Cached<StatefulSet>,
  revisions: readonly Revision[],
  context: ReconcileContext,
): Promise<SetRevisions> => {
  const {update, collisionCount} = await updateRevision(set, [...revisions].sort(byRevision), context)
  const all = [...revisions.filter(({metadata}) => metadata.uid !== update.metadata.uid), update]
  const current = all.find(({metadata}) => metadata.name === set.status?.currentRevision) ?? update
  return {current, update, all, collisionCount}
}

const updateRevision = async (
  set: Cached<StatefulSet>,
  sorted: readonly Revision[],
  context: ReconcileContext,
): Promise<{readonly update: Revision; readonly collisionCount: number | undefined}> => {
  const template = sendable(set).spec?.template
  const data = dataOf(template)
  const known = sorted.filter((revision) => hasData(revision, data)).at(-1)
  let collisionCount = set.status?.collisionCount
  if (known === sorted.at(-1) && known) return {update: known, collisionCount}
  if (known) return {update: await renumber(known, nextRevision(sorted), context), collisionCount}
  for (;;) {
    const created = await createRevision(
      {
        owner: set,
        reference: controllerReference(statefulSets, set),
        template,
        labels: {...template?.metadata?.labels},
        hashLabel: HASH_LABEL,
        revision: nextRevision(sorted),
        collisionCount,
        hash: (data, count) => revisionHash(dataOf(data), count),
      },
      context,
    )
    if (created) return {update: created, collisionCount}
    collisionCount = (collisionCount ?? 0) + 1
  }
}

export const cleanUpRevisions = async (
  set: Cached<StatefulSet>,
  {all, current, update}: SetRevisions,
  podRevisions: readonly string[],
  context: ReconcileContext,
): Promise<void> => {
  const live = new Set([current.metadata.name, update.metadata.name, ...podRevisions])
  const unused = all.filter(({metadata}) => !live.has(metadata.name))
  await truncateHistory(unused, set.spec?.revisionHistoryLimit ?? 10, context)
}
