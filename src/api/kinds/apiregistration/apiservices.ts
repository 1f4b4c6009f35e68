// APIService
import {apiServices} from '../../resources.ts'
import type {APIService} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {apiServiceStrategy} from './apiservice-rules.ts'

const availabilityCell = ({status}: APIService): string => {
  const available = status?.conditions?.find(({type}) => type === 'Available')
  if (!available) return 'Unknown'
  return available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`
}

export const apiServiceKind = defineKind<APIService>({
  resource: apiServices,
  strategy: apiServiceStrategy,
  columns: [
    nameColumn,
    column(
      'Service',
      ({spec}) => (spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local'),
      {description: 'The reference to the service that hosts this API endpoint.'},
    ),
    column('Available', availabilityCell, {description: 'Whether this service is available.'}),
    ageColumn,
  ],
  subresources: {
    status: statusSubresource,
  },
})
