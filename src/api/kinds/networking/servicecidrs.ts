// ServiceCIDR

import {serviceCIDRs} from '../../resources.ts'
import type {ServiceCIDR} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {serviceCidrStrategy} from './class-and-address-rules.ts'

export const serviceCIDRKind = defineKind<ServiceCIDR>({
  resource: serviceCIDRs,
  strategy: serviceCidrStrategy,
  columns: [nameColumn, column('CIDRs', ({spec}) => spec?.cidrs?.join(',') ?? '', {doc: 'spec.cidrs'}), ageColumn],
  subresources: {
    status: statusSubresource,
  },
})
