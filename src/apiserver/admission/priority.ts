// Names of priority classes become numbers; there is one default at most, and system classes stay.

import type {DeepReadonly, Stored} from '../../api/object.ts'
import {priorityClasses} from '../../api/resources.ts'
import type {Pod, PriorityClass} from '../../api/schema/types.gen.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, resourceOf} from './refuse.ts'

const classKind = 'priorityclasses.scheduling.k8s.io'
const systemClasses = ['system-node-critical', 'system-cluster-critical']

/** The global default; of several (made at once) the lowest counts. */
const defaultClass = (context: AdmissionContext): DeepReadonly<Stored<PriorityClass>> | undefined =>
  context
    .list(priorityClasses)
    .filter(({globalDefault}) => globalDefault)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0]

const classOf = (request: AdmissionRequest, name: string | undefined, context: AdmissionContext) => {
  if (!name) return defaultClass(context)
  const found = context.get(priorityClasses, {name})
  if (!found) throw forbidden(request, `no PriorityClass with name ${name} was found`)
  return found
}

const setPriority = (request: AdmissionRequest, context: AdmissionContext): void => {
  const {spec} = objectOf<Pod>(request)
  if (!spec) return
  const found = classOf(request, spec.priorityClassName, context)
  const value = found?.value ?? 0
  const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority'
  if (spec.priority !== undefined && spec.priority !== value)
    throw forbidden(
      request,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    )
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
    throw forbidden(
      request,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    )
  if (found?.metadata.name) spec.priorityClassName = found.metadata.name
  spec.priority = value
  spec.preemptionPolicy = policy
}

const checkDefault = (request: AdmissionRequest, context: AdmissionContext): void => {
  const {metadata, globalDefault} = objectOf<PriorityClass>(request)
  if (!globalDefault) return
  const other = defaultClass(context)
  if (other && other.metadata.name !== metadata?.name)
    throw forbidden(
      request,
      `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    )
}

export const priority: AdmissionStep = {
  name: 'Priority',
  handles: (request) => isWhole(request) && (resourceOf(request) === 'pods' || resourceOf(request) === classKind),
  mutate(request, context) {
    if (resourceOf(request) === 'pods' && request.operation === 'CREATE') setPriority(request, context)
  },
  validate(request, context) {
    if (resourceOf(request) !== classKind) return
    if (request.operation === 'DELETE') {
      if (systemClasses.includes(request.name))
        throw forbidden(request, 'this is a system priority class and cannot be deleted')
    } else checkDefault(request, context)
  },
}
