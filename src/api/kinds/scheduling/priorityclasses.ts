// PriorityClass

import {priorityClasses} from '../../resources.ts'
import type {PriorityClass} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {priorityClassStrategy} from './priorityclass-rules.ts'

export const priorityClassKind = defineKind<PriorityClass>({
  resource: priorityClasses,
  strategy: priorityClassStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Value', ({value}) => value ?? 0, {type: 'integer', doc: 'value'}),
    column('Global-Default', ({globalDefault}) => globalDefault ?? false, {type: 'boolean', doc: 'globalDefault'}),
    ageColumn,
    column('PreemptionPolicy', ({preemptionPolicy}) => preemptionPolicy ?? '', {doc: 'preemptionPolicy'}),
  ],
})
