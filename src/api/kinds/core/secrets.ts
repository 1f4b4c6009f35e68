// Secret

import {secrets} from '../../resources.ts'
import type {Secret} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const secretKind = defineKind<Secret>({
  resource: secrets,
  columns: [
    nameColumn,
    column('Type', ({type}) => type ?? '', {doc: 'type'}),
    column('Data', ({data}) => Object.keys(data ?? {}).length, {doc: 'data'}),
    ageColumn,
  ],
})
