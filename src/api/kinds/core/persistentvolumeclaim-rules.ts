import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {compareQuantities} from '../../meta/quantity.ts'
import {isSame} from '../../meta/same.ts'
import type {PersistentVolumeClaim, PersistentVolumeClaimSpec} from '../../schema/types.gen.ts'
import {goText} from '../go-struct.ts'
import {unifiedDiff} from '../line-diff.ts'
import {keepStatus} from '../status.ts'
import {validateClaimSpec} from './validate-claim.ts'

/** The newer of the two fields can say all that the older one says. */
const alignSources = (spec: PersistentVolumeClaimSpec): void => {
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = {...spec.dataSource}
  else if (!spec.dataSource && spec.dataSourceRef && !spec.dataSourceRef.namespace) {
    const {kind, apiGroup} = spec.dataSourceRef
    const isKnown =
      (!apiGroup && kind === 'PersistentVolumeClaim') ||
      (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot')
    if (isKnown) spec.dataSource = {...spec.dataSourceRef}
  }
}

const oldClass = 'volume.beta.kubernetes.io/storage-class'

/** The spec with what may still change as it was. */
const withChangeable = (spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaim): PersistentVolumeClaimSpec => {
  const before = old.spec ?? {}
  const canGrow = old.status?.phase === 'Bound'
  const names = !before.volumeName ? {volumeName: before.volumeName} : {}
  const isClassGiven = before.storageClassName === undefined && spec.storageClassName !== undefined
  return {
    ...spec,
    ...names,
    ...(isClassGiven ? {storageClassName: before.storageClassName} : {}),
    ...(canGrow
      ? {
          resources: {...spec.resources, requests: before.resources?.requests},
          volumeAttributesClassName: before.volumeAttributesClassName,
        }
      : {}),
  }
}

const validateUpdate = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim, errors: FieldErrors): void => {
  const spec = claim.spec ?? {}
  const before = old.spec ?? {}
  const compared = withChangeable(spec, old)
  if (!isSame(compared, before)) {
    const shown = (value: PersistentVolumeClaimSpec) => goText('PersistentVolumeClaimSpec', value)
    errors.forbidden(
      'spec',
      `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${unifiedDiff(shown(before), shown(compared))}`,
    )
  }
  const [now, then] = [spec.resources?.requests?.storage, before.resources?.requests?.storage]
  const granted = old.status?.capacity?.storage
  if (now !== undefined && then !== undefined && compareQuantities(now, then) < 0)
    if (granted === undefined || compareQuantities(now, granted) <= 0)
      errors.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')
  if (claim.metadata?.annotations?.[oldClass] !== old.metadata?.annotations?.[oldClass])
    errors.invalid(
      `metadata.annotations[${oldClass}]`,
      claim.metadata?.annotations?.[oldClass] ?? '',
      'field is immutable',
    )
}

export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  default: (claim) => {
    claim.spec ??= {}
    claim.spec.volumeMode ??= 'Filesystem'
    claim.status ??= {}
    claim.status.phase ||= 'Pending'
    alignSources(claim.spec)
  },
  prepareForCreate: (claim) => {
    claim.status = {phase: 'Pending'}
  },
  prepareForUpdate: keepStatus,
  validate: ({spec}, errors) => validateClaimSpec(spec, 'spec', errors),
  validateUpdate,
  returnsDeleted: true,
}
