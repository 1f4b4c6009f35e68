// RuntimeClass

import {runtimeClasses} from '../../resources.ts'
import type {RuntimeClass} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {runtimeClassStrategy} from './runtimeclass-rules.ts'

export const runtimeClassKind = defineKind<RuntimeClass>({
  resource: runtimeClasses,
  strategy: runtimeClassStrategy,
  columns: [nameColumn, column('Handler', ({handler}) => handler, {doc: 'handler'}), ageColumn],
})
