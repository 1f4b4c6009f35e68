// PersistentVolumeClaim
import {persistentVolumeClaims} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const persistentVolumeClaimKind = defineKind({
  resource: persistentVolumeClaims,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
