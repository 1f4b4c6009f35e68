// ResourceQuota
import {resourceQuotas} from '../../resources.ts'
import type {ResourceQuota} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {resourceQuotaStrategy, validateQuotaStatus} from './resourcequota-rules.ts'

const isLimit = (resource: string): boolean => resource.startsWith('limits.')

const usageCell = ({status}: ResourceQuota, isShown: (resource: string) => boolean): string =>
  Object.keys(status?.hard ?? {})
    .filter(isShown)
    .sort()
    .map((resource) => `${resource}: ${status?.used?.[resource] ?? '0'}/${status?.hard?.[resource] ?? '0'}`)
    .join(', ')

export const resourceQuotaKind = defineKind<ResourceQuota>({
  resource: resourceQuotas,
  strategy: resourceQuotaStrategy,
  columns: [
    nameColumn,
    column('Request', (quota) => usageCell(quota, (resource) => !isLimit(resource)), {
      description: 'Request represents a minimum amount of cpu/memory that a container may consume.',
    }),
    column('Limit', (quota) => usageCell(quota, isLimit), {
      description:
        'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
    }),
    ageColumn,
  ],
  subresources: {
    status: {...statusSubresource, validateUpdate: validateQuotaStatus},
  },
})
