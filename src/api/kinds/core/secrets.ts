// Secret

import {secrets} from '../../resources.ts'
import type {Secret} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {secretStrategy} from './config-rules.ts'

export const secretKind = defineKind<Secret>({
  resource: secrets,
  strategy: secretStrategy,
  selectableFields: {type: ({type}) => type ?? ''},
  columns: [
    nameColumn,
    column('Type', ({type}) => type ?? '', {doc: 'type'}),
    column('Data', ({data}) => Object.keys(data ?? {}).length, {doc: 'data'}),
    ageColumn,
  ],
})
