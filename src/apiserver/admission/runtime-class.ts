// A pod's runtime class brings its overhead and where it can run.
import {isSame} from '../../api/meta/same.ts'
import type {DeepReadonly} from '../../api/object.ts'
import {runtimeClasses} from '../../api/resources.ts'
import type {Pod, PodSpec, RuntimeClass, Toleration} from '../../api/schema/types.gen.ts'
import type {AdmissionRequest, AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, resourceOf} from './refuse.ts'

const setOverhead = (request: AdmissionRequest, spec: PodSpec, found: DeepReadonly<RuntimeClass>): void => {
  const overhead = found.overhead?.podFixed
  if (!overhead) return
  if (spec.overhead && !isSame(spec.overhead, overhead))
    throw forbidden(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
  spec.overhead = {...overhead}
}

const setScheduling = (request: AdmissionRequest, spec: PodSpec, found: DeepReadonly<RuntimeClass>): void => {
  const {nodeSelector = {}, tolerations = []} = found.scheduling ?? {}
  for (const [label, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[label]
    if (own !== undefined && own !== value)
      throw forbidden(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${label}] = ${value}; pod.spec.nodeSelector[${label}] = ${own}`,
      )
  }
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = {...spec.nodeSelector, ...nodeSelector}
  const added = tolerations.filter((each) => !spec.tolerations?.some((own) => isSame(own, each)))
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...(structuredClone(added) as Toleration[])]
}

export const runtimeClass: AdmissionStep = {
  name: 'RuntimeClass',
  handles: (request) => isWhole(request) && resourceOf(request) === 'pods' && request.operation === 'CREATE',
  mutate(request, context) {
    const {spec} = objectOf<Pod>(request)
    if (!spec?.runtimeClassName) return
    const found = context.get(runtimeClasses, {name: spec.runtimeClassName})
    if (!found) throw forbidden(request, `pod rejected: RuntimeClass "${spec.runtimeClassName}" not found`)
    setOverhead(request, spec, found)
    setScheduling(request, spec, found)
  },
  validate(request, context) {
    const {spec} = objectOf<Pod>(request)
    if (!spec?.overhead) return
    const found = spec.runtimeClassName ? context.get(runtimeClasses, {name: spec.runtimeClassName}) : undefined
    if (!found?.overhead)
      throw forbidden(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
  },
}
