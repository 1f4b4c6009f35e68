// Statuses that count replicas: no number is negative, and none says more than the one it is a part of.
import type {FieldErrors} from '../field-errors.ts'
import type {Subresource} from '../kind.ts'
import type {KubeObject} from '../object.ts'
import {checkNonNegative} from './checks.ts'
import {statusSubresource} from './status.ts'

interface CountRules {
  readonly counts: readonly string[]
  /** The first may not be greater than the second; the words are how the message names the second. */
  readonly within?: readonly (readonly [part: string, whole: string, words: string])[]
}

const collisions = 'collisionCount'

type Counts = {readonly [field: string]: number | undefined}
const countsOf = (object: KubeObject): Counts => (object as {status?: Counts}).status ?? {}

const validateCounts = (
  {counts, within = []}: CountRules,
  object: KubeObject,
  old: KubeObject,
  errors: FieldErrors,
) => {
  const [now, before] = [countsOf(object), countsOf(old)]
  for (const field of counts) checkNonNegative(now[field], `status.${field}`, errors)
  for (const [part, whole, words] of within)
    if ((now[part] ?? 0) > (now[whole] ?? 0))
      errors.invalid(`status.${part}`, now[part], `cannot be greater than ${words}`)
  if ((now[collisions] ?? 0) < (before[collisions] ?? 0))
    errors.invalid(`status.${collisions}`, now[collisions] ?? 0, 'cannot be decremented')
}

/** A status subresource with these rules. */
export const countingStatus = (rules: CountRules): Subresource => ({
  ...statusSubresource,
  validateUpdate: (object, old, errors) => validateCounts(rules, object, old, errors),
})

const ofReplicas = (field: string) => [field, 'replicas', 'status.replicas'] as const

export const replicaSetStatus = countingStatus({
  counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
  within: [
    ofReplicas('fullyLabeledReplicas'),
    ofReplicas('readyReplicas'),
    ofReplicas('availableReplicas'),
    ['availableReplicas', 'readyReplicas', 'readyReplicas'],
  ],
})

export const deploymentStatus = countingStatus({
  counts: [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
    collisions,
  ],
  within: [
    ofReplicas('updatedReplicas'),
    ofReplicas('readyReplicas'),
    ofReplicas('availableReplicas'),
    ['availableReplicas', 'readyReplicas', 'readyReplicas'],
  ],
})

export const statefulSetStatus = countingStatus({
  counts: [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
    'observedGeneration',
    collisions,
  ],
  within: [
    ofReplicas('readyReplicas'),
    ofReplicas('currentReplicas'),
    ofReplicas('updatedReplicas'),
    ofReplicas('availableReplicas'),
    ['availableReplicas', 'readyReplicas', 'status.readyReplicas'],
  ],
})

export const daemonSetStatus = countingStatus({
  counts: [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    collisions,
  ],
})

export const autoscalerStatus = countingStatus({counts: ['currentReplicas', 'desiredReplicas']})

export const disruptionBudgetStatus = countingStatus({
  counts: ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'],
})
