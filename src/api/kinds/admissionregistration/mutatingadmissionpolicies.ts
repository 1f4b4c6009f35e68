// MutatingAdmissionPolicy

import {mutatingAdmissionPolicies} from '../../resources.ts'
import type {MutatingAdmissionPolicy} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {mutatingPolicyStrategy} from './policy-rules.ts'

export const mutatingAdmissionPolicyKind = defineKind<MutatingAdmissionPolicy>({
  resource: mutatingAdmissionPolicies,
  strategy: mutatingPolicyStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Mutations', ({spec}) => spec?.mutations?.length ?? 0, {
      type: 'integer',
      description: 'Mutations indicates the number of mutation rules defined in this configuration',
    }),
    column(
      'ParamKind',
      ({spec}) => (spec?.paramKind ? `${spec.paramKind.apiVersion ?? ''}/${spec.paramKind.kind ?? ''}` : '<unset>'),
      {description: 'ParamKind specifies the kind of resources used to parameterize this policy'},
    ),
    ageColumn,
  ],
})
