// ResourceSlice

import {resourceSlices} from '../../resources.ts'
import type {ResourceSlice} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const resourceSliceKind = defineKind<ResourceSlice>({
  resource: resourceSlices,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Node', ({spec}) => spec?.nodeName ?? '', {doc: 'spec.nodeName'}),
    column('Driver', ({spec}) => spec?.driver ?? '', {doc: 'spec.driver'}),
    column('Pool', ({spec}) => spec?.pool.name ?? '', {doc: 'spec.pool.name'}),
    ageColumn,
  ],
})
