// PersistentVolumeClaim

import {persistentVolumeClaims} from '../../resources.ts'
import type {PersistentVolumeClaim} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, wideColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {persistentVolumeClaimStrategy} from './persistentvolumeclaim-rules.ts'
import {accessModesText, phaseText, storageClassOf} from './volume-text.ts'

export const persistentVolumeClaimKind = defineKind<PersistentVolumeClaim>({
  resource: persistentVolumeClaims,
  strategy: persistentVolumeClaimStrategy,
  columns: [
    nameColumn,
    column('Status', phaseText, {doc: 'status.phase'}),
    column('Volume', ({spec}) => spec?.volumeName ?? '', {doc: 'spec.volumeName'}),
    column('Capacity', ({spec, status}) => (spec?.volumeName ? (status?.capacity?.storage ?? '0') : ''), {
      doc: 'status.capacity',
    }),
    column('Access Modes', ({spec, status}) => (spec?.volumeName ? accessModesText(status?.accessModes) : ''), {
      doc: 'status.accessModes',
    }),
    column('StorageClass', storageClassOf, {description: 'StorageClass of the pvc'}),
    column('VolumeAttributesClass', ({spec}) => spec?.volumeAttributesClassName ?? '<unset>', {
      doc: 'spec.volumeAttributesClassName',
    }),
    ageColumn,
    wideColumn('VolumeMode', ({spec}) => spec?.volumeMode ?? '<unset>', {doc: 'spec.volumeMode'}),
  ],
  subresources: {
    status: statusSubresource,
  },
})
