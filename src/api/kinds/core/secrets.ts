// Secret
import {secrets} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const secretKind = defineKind({
  resource: secrets,
  columns: [nameColumn, ageColumn],
})
