// NetworkPolicy

import {networkPolicies} from '../../resources.ts'
import type {NetworkPolicy} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {labelSelectorCell} from '../selector-text.ts'
import {networkPolicyStrategy} from './networkpolicy-rules.ts'

export const networkPolicyKind = defineKind<NetworkPolicy>({
  resource: networkPolicies,
  strategy: networkPolicyStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Pod-Selector', ({spec}) => labelSelectorCell(spec?.podSelector), {doc: 'spec.podSelector'}),
    ageColumn,
  ],
})
