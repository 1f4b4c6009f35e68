// Binding

import {bindings} from '../../resources.ts'
import type {Binding} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const bindingKind = defineKind<Binding>({
  resource: bindings,
  verbs: ['create'],
  virtual: true,
  columns: [nameColumn, createdAtColumn],
})
