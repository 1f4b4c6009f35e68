// ControllerRevision
import {controllerRevisions} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const controllerRevisionKind = defineKind({
  resource: controllerRevisions,
  columns: [nameColumn, ageColumn],
})
