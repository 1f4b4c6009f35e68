// RuntimeClass

import {runtimeClasses} from '../../resources.ts'
import type {RuntimeClass} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const runtimeClassKind = defineKind<RuntimeClass>({
  resource: runtimeClasses,
  columns: [nameColumn, column('Handler', ({handler}) => handler, {doc: 'handler'}), ageColumn],
})
