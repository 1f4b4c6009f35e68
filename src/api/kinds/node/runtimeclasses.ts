// RuntimeClass
import {runtimeClasses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const runtimeClassKind = defineKind({
  resource: runtimeClasses,
  columns: [nameColumn, ageColumn],
})
