// ResourceClaimTemplate
import {resourceClaimTemplates} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const resourceClaimTemplateKind = defineKind({
  resource: resourceClaimTemplates,
  columns: [nameColumn, ageColumn],
})
