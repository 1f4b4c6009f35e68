// ControllerRevisions: each template a StatefulSet or DaemonSet ever had, as a patch that brings it back.
import {hasReason, unlessReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import type {KubeObject} from '../../api/object.ts'
import {controllerRevisions} from '../../api/resources.ts'
import type {ControllerRevision, OwnerReference, PodTemplateSpec} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {allSettled} from '../objects/slow-start.ts'
import {sendable} from '../objects/status.ts'

export type Revision = Cached<ControllerRevision>

export const byRevision = (a: Revision, b: Revision): number =>
  a.revision - b.revision || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1)

export const nextRevision = (revisions: readonly Revision[]): number =>
  Math.max(0, ...revisions.map(({revision}) => revision)) + 1

export interface RevisionData {
  readonly spec: {readonly template: object}
}

export const dataOf = (template: object | undefined): RevisionData => ({
  spec: {template: {...template, $patch: 'replace'}},
})

export const hasData = (revision: Revision, data: RevisionData): boolean => isSame(revision.data, data)

/** The template a revision keeps. */
export const templateOf = ({data}: Revision): PodTemplateSpec | undefined => {
  const kept = (data as Partial<RevisionData> | undefined)?.spec?.template as Record<string, unknown> | undefined
  if (!kept) return undefined
  const {$patch: _, ...template} = kept
  return template
}

export interface NewRevision {
  readonly owner: Cached<KubeObject>
  readonly reference: OwnerReference
  readonly template: object | undefined
  readonly labels: Record<string, string>
  /** The label that carries the hash. */
  readonly hashLabel: string
  readonly revision: number
  readonly collisionCount: number | undefined
  /** Of the template, or of the revision's data. */
  readonly hash: (template: object | undefined, collisionCount: number | undefined) => string
}

export const planRevision = (wanted: NewRevision): ControllerRevision & {metadata: {name: string}} => {
  const {namespace, name, annotations} = wanted.owner.metadata
  const hash = wanted.hash(wanted.template, wanted.collisionCount)
  return {
    metadata: {
      namespace,
      name: `${name.slice(0, 223)}-${hash}`,
      labels: {...wanted.labels, [wanted.hashLabel]: hash},
      ...(annotations ? {annotations: {...annotations}} : {}),
      ownerReferences: [wanted.reference],
    },
    data: dataOf(wanted.template),
    revision: wanted.revision,
  }
}

/** The revision, or undefined when another one with other data has the name: then the collision is to be counted. */
export const createRevision = async (
  wanted: NewRevision,
  {client}: ReconcileContext,
): Promise<Revision | undefined> => {
  const planned = planRevision(wanted)
  try {
    return (await client.create(controllerRevisions, planned)) as Revision
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error
    const {namespace} = wanted.owner.metadata
    const existing = (await client.get(controllerRevisions, {namespace, name: planned.metadata.name})) as Revision
    return hasData(existing, dataOf(wanted.template)) ? existing : undefined
  }
}

/** An old template that is current again gets a new number. */
export const renumber = async (revision: Revision, number: number, {client}: ReconcileContext): Promise<Revision> =>
  revision.revision === number
    ? revision
    : ((await client.update(controllerRevisions, {...sendable(revision), revision: number})) as Revision)

/** Old ones that nobody uses, beyond the limit; the oldest first. */
export const truncateHistory = async (
  unused: readonly Revision[],
  limit: number,
  {client}: ReconcileContext,
): Promise<void> => {
  const surplus = [...unused].sort(byRevision).slice(0, Math.max(0, unused.length - limit))
  await allSettled(
    surplus.map(({metadata: {namespace, name}}) =>
      client.delete(controllerRevisions, {namespace, name}).catch(unlessReason('NotFound')),
    ),
  )
}
