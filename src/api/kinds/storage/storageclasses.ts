// StorageClass
import {storageClasses} from '../../resources.ts'
import type {StorageClass} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {storageClassStrategy} from './class-rules.ts'

const defaultMarks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

const nameWithDefault = ({metadata}: StorageClass): string =>
  `${metadata?.name ?? ''}${defaultMarks.some((mark) => metadata?.annotations?.[mark] === 'true') ? ' (default)' : ''}`

export const storageClassKind = defineKind<StorageClass>({
  resource: storageClasses,
  strategy: storageClassStrategy,
  columns: [
    {...nameColumn, cell: (object) => nameWithDefault(object)},
    column('Provisioner', ({provisioner}) => provisioner, {doc: 'provisioner'}),
    column('ReclaimPolicy', ({reclaimPolicy}) => reclaimPolicy ?? 'Delete', {doc: 'reclaimPolicy'}),
    column('VolumeBindingMode', ({volumeBindingMode}) => volumeBindingMode ?? 'Immediate', {doc: 'volumeBindingMode'}),
    column('AllowVolumeExpansion', ({allowVolumeExpansion}) => allowVolumeExpansion ?? false, {
      doc: 'allowVolumeExpansion',
    }),
    ageColumn,
  ],
})
