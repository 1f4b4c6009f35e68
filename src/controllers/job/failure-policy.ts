// What the pod failure policy says of a failed pod.

import type {DeepReadonly} from '../../api/object.ts'
import type {Pod, PodFailurePolicyRule} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import type {SomeJob} from './pods.ts'

export interface PolicyVerdict {
  readonly action: 'FailJob' | 'Ignore' | 'Count' | 'FailIndex'
  readonly message: string
}
type Rule = DeepReadonly<PodFailurePolicyRule>

/** Undefined: no rule matches, and the failure counts. */
export const judgeFailure = (pod: Cached<Pod>, {spec}: SomeJob): PolicyVerdict | undefined => {
  if (pod.status?.phase !== 'Failed') return undefined
  for (const [at, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const action = rule.action as PolicyVerdict['action']
    if (action === 'FailIndex' && spec?.backoffLimitPerIndex === undefined) continue
    const reason = exitCodeReason(pod, rule) ?? conditionReason(pod, rule)
    if (reason !== undefined) return {action, message: `${reason} matching ${action} rule at index ${at}`}
  }
  return undefined
}

const exitCodeReason = ({metadata, status}: Cached<Pod>, {onExitCodes}: Rule): string | undefined => {
  if (!onExitCodes) return undefined
  const {containerName, operator, values} = onExitCodes
  for (const {name, state} of [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]) {
    const code = state?.terminated?.exitCode
    if (code === undefined || code === 0 || (containerName && containerName !== name)) continue
    if (values.includes(code) === (operator === 'In'))
      return `Container ${name} for pod ${metadata.namespace}/${metadata.name} failed with exit code ${code}`
  }
  return undefined
}

const conditionReason = ({metadata, status}: Cached<Pod>, {onPodConditions = []}: Rule): string | undefined => {
  for (const {type, status: is = 'True'} of onPodConditions)
    if (status?.conditions?.some((condition) => condition.type === type && condition.status === is))
      return `Pod ${metadata.namespace}/${metadata.name} has condition ${type}`
  return undefined
}
