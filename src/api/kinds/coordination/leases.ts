// Lease

import {leases} from '../../resources.ts'
import type {Lease} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {leaseStrategy} from './lease-rules.ts'

export const leaseKind = defineKind<Lease>({
  resource: leases,
  strategy: leaseStrategy,
  columns: [
    nameColumn,
    column('Holder', ({spec}) => spec?.holderIdentity ?? '', {doc: 'spec.holderIdentity'}),
    ageColumn,
  ],
})
