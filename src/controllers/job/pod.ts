// A pod of a Job: tracked by a finalizer until it is counted; with an index it knows its place.
import {jobs} from '../../api/resources.ts'
import type {Container, Pod} from '../../api/schema/types.gen.ts'
import {controllerReference} from '../objects/owners.ts'
import {podFromTemplate} from '../pods/from-template.ts'
import type {NewPod} from './plan.ts'
import {INDEX, INDEX_FAILURES, INDEX_IGNORED, type SomeJob, TRACKING} from './pods.ts'

const ENV = 'JOB_COMPLETION_INDEX'

export const jobPod = (job: SomeJob, {index, indexFailures}: NewPod): Pod => {
  const {namespace, name} = job.metadata
  const pod = podFromTemplate(job.spec?.template, {namespace, name}, controllerReference(jobs, job))
  const tracked = {...pod.metadata, finalizers: [...(pod.metadata?.finalizers ?? []), TRACKING]}
  if (index === undefined) return {...pod, metadata: tracked}
  const failures = indexFailures
    ? {
        [INDEX_FAILURES]: String(indexFailures.counted),
        ...(indexFailures.ignored > 0 ? {[INDEX_IGNORED]: String(indexFailures.ignored)} : {}),
      }
    : {}
  const spec = pod.spec ?? {containers: []}
  return {
    ...pod,
    metadata: {
      ...tracked,
      generateName: `${name}-${index}-`,
      annotations: {...tracked.annotations, [INDEX]: String(index), ...failures},
      labels: {...tracked.labels, [INDEX]: String(index)},
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers ? {initContainers: spec.initContainers.map(withIndex)} : {}),
    },
  }
}

const withIndex = (container: Container): Container => {
  if (container.env?.some(({name}) => name === ENV)) return container
  const valueFrom = {fieldRef: {fieldPath: `metadata.labels['${INDEX}']`}}
  return {...container, env: [...(container.env ?? []), {name: ENV, valueFrom}]}
}
