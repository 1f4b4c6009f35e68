// Rollback as extensions/v1beta1 asked for it, kept in an annotation: the template of a revision becomes the current one.

import {isSame} from '../../api/meta/same.ts'
import {deployments} from '../../api/resources.ts'
import type {ReconcileContext} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'
import {ROLLBACK_TO, revisionOf} from './annotations.ts'
import {HASH_LABEL, type Owner, type PodSet} from './sets.ts'

export const rollBack = async (
  deployment: Owner,
  sets: readonly PodSet[],
  {client, events}: ReconcileContext,
): Promise<void> => {
  const asked = Number(deployment.metadata.annotations?.[ROLLBACK_TO])
  const revision = asked > 0 ? asked : lastRevision(sets)
  const set = revision > 0 ? sets.find((candidate) => revisionOf(candidate) === revision) : undefined
  const {metadata, spec, ...rest} = sendable(deployment)
  const {[ROLLBACK_TO]: _, ...annotations} = metadata.annotations ?? {}
  const template = set ? withoutHash(set) : spec?.template
  const isChanged = set !== undefined && !isSame(template, spec?.template)
  if (!set) events.record(deployment, 'Warning', 'DeploymentRollbackRevisionNotFound', 'Unable to find last revision.')
  else if (!isChanged) {
    const message = `The rollback revision contains the same template as current deployment "${metadata.name}"`
    events.record(deployment, 'Warning', 'DeploymentRollbackTemplateUnchanged', message)
  }
  await client.update(deployments, {
    ...rest,
    metadata: {...metadata, annotations},
    spec: {...spec, selector: spec?.selector ?? {}, template: template ?? {}},
  })
  if (isChanged) {
    const message = `Rolled back deployment "${metadata.name}" to revision ${revision}`
    events.record(deployment, 'Normal', 'DeploymentRollback', message)
  }
}

/** The second largest. */
const lastRevision = (sets: readonly PodSet[]): number => sets.map(revisionOf).sort((a, b) => b - a)[1] ?? 0

const withoutHash = (
  set: PodSet,
): NonNullable<NonNullable<ReturnType<typeof sendable<PodSet>>['spec']>['template']> => {
  const {template} = sendable(set).spec ?? {}
  const {[HASH_LABEL]: _, ...labels} = template?.metadata?.labels ?? {}
  return {...template, metadata: {...template?.metadata, labels}}
}
