// ConfigMap
import {configMaps} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const configMapKind = defineKind({
  resource: configMaps,
  columns: [nameColumn, ageColumn],
})
