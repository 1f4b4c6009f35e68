// ComponentStatus
import {componentStatuses} from '../../resources.ts'
import type {ComponentStatus} from '../../schema/types.gen.ts'
import {column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

const healthOf = (object: ComponentStatus) => object.conditions?.find(({type}) => type === 'Healthy')

export const componentStatusKind = defineKind<ComponentStatus>({
  resource: componentStatuses,
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  verbs: ['get', 'list'],
  columns: [
    nameColumn,
    column('Status', (object) =>
      healthOf(object)?.status === 'True' ? 'Healthy' : healthOf(object)?.status === 'False' ? 'Unhealthy' : 'Unknown',
    ),
    column('Message', (object) => healthOf(object)?.message ?? ''),
    column('Error', (object) => healthOf(object)?.error ?? ''),
  ],
})
