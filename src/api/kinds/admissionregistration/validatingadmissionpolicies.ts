// ValidatingAdmissionPolicy

import {validatingAdmissionPolicies} from '../../resources.ts'
import type {ValidatingAdmissionPolicy} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {validatingPolicyStrategy} from './policy-rules.ts'

export const validatingAdmissionPolicyKind = defineKind<ValidatingAdmissionPolicy>({
  resource: validatingAdmissionPolicies,
  strategy: validatingPolicyStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Validations', ({spec}) => spec?.validations?.length ?? 0, {
      type: 'integer',
      description: 'Validations indicates the number of validation rules defined in this configuration',
    }),
    column(
      'ParamKind',
      ({spec}) => (spec?.paramKind ? `${spec.paramKind.apiVersion ?? ''}/${spec.paramKind.kind ?? ''}` : '<unset>'),
      {description: 'ParamKind specifies the kind of resources used to parameterize this policy'},
    ),
    ageColumn,
  ],
  subresources: {
    status: statusSubresource,
  },
})
