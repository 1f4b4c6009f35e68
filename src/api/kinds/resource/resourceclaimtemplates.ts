// ResourceClaimTemplate

import {resourceClaimTemplates} from '../../resources.ts'
import type {ResourceClaimTemplate} from '../../schema/types.gen.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {resourceClaimTemplateStrategy} from './resource-rules.ts'

export const resourceClaimTemplateKind = defineKind<ResourceClaimTemplate>({
  resource: resourceClaimTemplates,
  strategy: resourceClaimTemplateStrategy,
  columns: [nameColumn, ageColumn],
})
