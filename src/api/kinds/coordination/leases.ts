// Lease

import {leases} from '../../resources.ts'
import type {Lease} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const leaseKind = defineKind<Lease>({
  resource: leases,
  columns: [
    nameColumn,
    column('Holder', ({spec}) => spec?.holderIdentity ?? '', {doc: 'spec.holderIdentity'}),
    ageColumn,
  ],
})
