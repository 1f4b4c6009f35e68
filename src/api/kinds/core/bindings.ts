// Binding
import {bindings} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const bindingKind = defineKind({
  resource: bindings,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, ageColumn],
})
