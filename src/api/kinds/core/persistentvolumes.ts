// PersistentVolume

import {persistentVolumes} from '../../resources.ts'
import type {PersistentVolume} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, wideColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {persistentVolumeStrategy} from './persistentvolume-rules.ts'
import {accessModesText, phaseText, storageClassOf} from './volume-text.ts'

export const persistentVolumeKind = defineKind<PersistentVolume>({
  resource: persistentVolumes,
  strategy: persistentVolumeStrategy,
  columns: [
    nameColumn,
    column('Capacity', ({spec}) => spec?.capacity?.storage ?? '0', {doc: 'spec.capacity'}),
    column('Access Modes', ({spec}) => accessModesText(spec?.accessModes), {doc: 'spec.accessModes'}),
    column('Reclaim Policy', ({spec}) => spec?.persistentVolumeReclaimPolicy ?? '', {
      doc: 'spec.persistentVolumeReclaimPolicy',
    }),
    column('Status', phaseText, {doc: 'status.phase'}),
    column(
      'Claim',
      ({spec}) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''),
      {doc: 'spec.claimRef'},
    ),
    column('StorageClass', storageClassOf, {description: 'StorageClass of the pv'}),
    column('VolumeAttributesClass', ({spec}) => spec?.volumeAttributesClassName ?? '<unset>', {
      doc: 'spec.volumeAttributesClassName',
    }),
    column('Reason', ({status}) => status?.reason ?? '', {doc: 'status.reason'}),
    ageColumn,
    wideColumn('VolumeMode', ({spec}) => spec?.volumeMode ?? '<unset>', {doc: 'spec.volumeMode'}),
  ],
  subresources: {
    status: statusSubresource,
  },
})
