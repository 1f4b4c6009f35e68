// ResourceSlice

import {resourceSlices} from '../../resources.ts'
import type {ResourceSlice} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {resourceSliceStrategy} from './slice-rules.ts'

export const resourceSliceKind = defineKind<ResourceSlice>({
  resource: resourceSlices,
  strategy: resourceSliceStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Node', ({spec}) => spec?.nodeName ?? '', {doc: 'spec.nodeName'}),
    column('Driver', ({spec}) => spec?.driver ?? '', {doc: 'spec.driver'}),
    column('Pool', ({spec}) => spec?.pool.name ?? '', {doc: 'spec.pool.name'}),
    ageColumn,
  ],
})
