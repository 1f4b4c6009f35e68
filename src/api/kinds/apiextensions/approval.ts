// Groups of the Kubernetes community are protected: who defines kinds there says who approved it.

import type {FieldErrors} from '../../field-errors.ts'
import type {CustomResourceDefinition, CustomResourceDefinitionCondition} from '../../schema/types.gen.ts'

export const approvalAnnotation = 'api-approved.kubernetes.io'
const see = 'see https://github.com/kubernetes/enhancements/pull/1111'

const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group)

type State = 'ApprovedAnnotation' | 'UnapprovedAnnotation' | 'InvalidAnnotation' | 'MissingAnnotation'

const stateOf = ({metadata}: CustomResourceDefinition): {readonly state: State; readonly why: string} => {
  const value = metadata?.annotations?.[approvalAnnotation] ?? ''
  const name = JSON.stringify(approvalAnnotation)
  if (value === '')
    return {state: 'MissingAnnotation', why: `protected groups must have approval annotation ${name}, ${see}`}
  if (value.startsWith('unapproved'))
    return {state: 'UnapprovedAnnotation', why: `not approved: ${JSON.stringify(value)}`}
  if (URL.canParse(value) && new URL(value).host !== '')
    return {state: 'ApprovedAnnotation', why: `approved in ${value}`}
  const forms = 'with either a URL or a reason starting with "unapproved"'
  return {state: 'InvalidAnnotation', why: `protected groups must have approval annotation ${name} ${forms}, ${see}`}
}

export const checkApproval = (
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  errors: FieldErrors,
): void => {
  if (!isProtected(crd.spec.group ?? '')) return
  const {state, why} = stateOf(crd)
  if (old && stateOf(old).state === state) return
  const path = `metadata.annotations[${approvalAnnotation}]`
  if (state === 'MissingAnnotation') errors.required(path, why)
  if (state === 'InvalidAnnotation') errors.invalid(path, crd.metadata?.annotations?.[approvalAnnotation], why)
}

type Settled = Pick<CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'>

/** What the condition KubernetesAPIApprovalPolicyConformant says; undefined where nobody is asked. */
export const approvalOf = (crd: CustomResourceDefinition): Settled | undefined => {
  if (!isProtected(crd.spec.group)) return undefined
  const {state, why} = stateOf(crd)
  return {status: state === 'ApprovedAnnotation' ? 'True' : 'False', reason: state, message: why}
}
