// The annotations a Deployment and its ReplicaSets carry: revisions, their history, and the size they were scaled to.
import {labelSelector} from '../../api/meta/label-selector.ts'
import type {Deployment, ReplicaSet} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
export const HISTORY = 'deployment.kubernetes.io/revision-history'
export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
export const MAX = 'deployment.kubernetes.io/max-replicas'
export const ROLLBACK_TO = 'deprecated.deployment.rollback.to'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

const notCopied = new Set([LAST_APPLIED, REVISION, HISTORY, DESIRED, MAX, ROLLBACK_TO])
const LONGEST_HISTORY = 2000

type Annotations = Readonly<Record<string, string>>

export const revisionOf = ({metadata}: Cached<ReplicaSet> | Cached<Deployment>): number =>
  Number.parseInt(metadata.annotations?.[REVISION] ?? '0', 10) || 0

export const maxRevision = (sets: readonly Cached<ReplicaSet>[]): number => Math.max(0, ...sets.map(revisionOf))

export const desiredOf = ({metadata}: Cached<ReplicaSet>): number | undefined => intOf(metadata.annotations?.[DESIRED])
export const maxOf = ({metadata}: Cached<ReplicaSet>): number | undefined => intOf(metadata.annotations?.[MAX])

const intOf = (text: string | undefined): number | undefined => {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? undefined : number
}

export const replicasAnnotations = (desired: number, max: number): Annotations => ({
  [DESIRED]: String(desired),
  [MAX]: String(max),
})

/** What the new ReplicaSet is to carry: the Deployment's annotations and its revision, which never goes back. */
export const newSetAnnotations = (
  deployment: Cached<Deployment>,
  current: Annotations | undefined,
  revision: number,
): Annotations => {
  const annotations: Record<string, string> = {...current}
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!notCopied.has(key)) annotations[key] = value
  const old = annotations[REVISION]
  if ((intOf(old) ?? 0) >= revision && old !== undefined) return annotations
  annotations[REVISION] = String(revision)
  if (old !== undefined) annotations[HISTORY] = withRevision(annotations[HISTORY], old)
  return annotations
}

const withRevision = (history: string | undefined, revision: string): string => {
  const revisions = history ? history.split(',') : []
  if (revisions.includes(revision)) return revisions.join(',')
  revisions.push(revision)
  while (revisions.length > 1 && revisions.join(',').length > LONGEST_HISTORY) revisions.shift()
  return revisions.join(',')
}

export const selectsEverything = ({spec}: Cached<Deployment>): boolean => {
  const selector = spec?.selector
  return (
    Object.keys(selector?.matchLabels ?? {}).length === 0 &&
    (selector?.matchExpressions ?? []).length === 0 &&
    labelSelector(selector)({})
  )
}
