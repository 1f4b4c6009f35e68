// StorageClass
import {storageClasses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const storageClassKind = defineKind({
  resource: storageClasses,
  columns: [nameColumn, ageColumn],
})
