// VolumeAttributesClass
import {volumeAttributesClasses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const volumeAttributesClassKind = defineKind({
  resource: volumeAttributesClasses,
  columns: [nameColumn, ageColumn],
})
