// FlowSchema

import {flowSchemas} from '../../resources.ts'
import type {FlowSchema} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {flowSchemaStrategy} from './flowschema-rules.ts'

export const flowSchemaKind = defineKind<FlowSchema>({
  resource: flowSchemas,
  strategy: flowSchemaStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('PriorityLevel', ({spec}) => spec?.priorityLevelConfiguration.name || '<none>', {
      doc: 'spec.priorityLevelConfiguration.name',
    }),
    column('MatchingPrecedence', ({spec}) => spec?.matchingPrecedence ?? 0, {doc: 'spec.matchingPrecedence'}),
    column('DistinguisherMethod', ({spec}) => spec?.distinguisherMethod?.type ?? '<none>', {
      doc: 'spec.distinguisherMethod',
    }),
    ageColumn,
    column('MissingPL', ({status}) => status?.conditions?.find(({type}) => type === 'Dangling')?.status ?? '?', {
      description: 'references a broken or non-existent PriorityLevelConfiguration',
    }),
  ],
  subresources: {
    status: statusSubresource,
  },
})
