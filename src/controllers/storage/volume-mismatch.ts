// Why the volume a claim asks for by name will not do.
import type {DeepReadonly} from '../../api/object.ts'
import {unitsOf} from '../../api/scheduling/amount.ts'
import type {PersistentVolume, PersistentVolumeClaim} from '../../api/schema/types.gen.ts'
import {claimClass, volumeClass} from '../../api/volumes/claim.ts'

export const volumeMismatch = (
  claim: DeepReadonly<PersistentVolumeClaim>,
  volume: DeepReadonly<PersistentVolume>,
): string | undefined => {
  const wanted = unitsOf(claim.spec?.resources?.requests?.storage ?? '0')
  if (unitsOf(volume.spec?.capacity?.storage ?? '0') < wanted) return 'requested PV is too small'
  if (claimClass(claim) !== volumeClass(volume)) return 'storageClassName does not match'
  if ((claim.spec?.volumeMode ?? 'Filesystem') !== (volume.spec?.volumeMode ?? 'Filesystem'))
    return 'incompatible volumeMode'
  if (!(claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode)))
    return 'incompatible accessMode'
  return undefined
}
