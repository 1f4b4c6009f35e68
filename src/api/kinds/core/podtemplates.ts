// PodTemplate
import {podTemplates} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const podTemplateKind = defineKind({
  resource: podTemplates,
  columns: [nameColumn, ageColumn],
})
