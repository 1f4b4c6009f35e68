// ValidatingAdmissionPolicyBinding

import {validatingAdmissionPolicyBindings} from '../../resources.ts'
import type {ValidatingAdmissionPolicyBinding} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {validatingBindingStrategy} from './policy-rules.ts'

export const validatingAdmissionPolicyBindingKind = defineKind<ValidatingAdmissionPolicyBinding>({
  resource: validatingAdmissionPolicyBindings,
  strategy: validatingBindingStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('PolicyName', ({spec}) => spec?.policyName ?? '', {
      description: 'PolicyName indicates the policy definition which the policy binding binded to',
    }),
    column(
      'ParamRef',
      ({spec}) =>
        spec?.paramRef ? [spec.paramRef.namespace, spec.paramRef.name].filter(Boolean).join('/') : '<unset>',
      {description: 'ParamRef indicates the param resource which sets the configration param'},
    ),
    ageColumn,
  ],
})
