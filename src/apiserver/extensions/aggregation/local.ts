// An APIService for every group and version this server answers itself.

import {apiServices} from '../../../api/resources.ts'
import type {APIService} from '../../../api/schema/types.gen.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {Backend} from '../../backend.ts'
import {timestamp} from '../../timestamp.ts'

/** Which group is meant where several have a resource of one name: the greater first. */
const priorities: Readonly<Record<string, number>> = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700,
  'admissionregistration.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
  'internal.apiserver.k8s.io': 16_000,
  'resource.k8s.io': 15_900,
}
const versionPriorities: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
}

const managed = 'kube-aggregator.kubernetes.io/automanaged'

const serviceOf = (group: string, version: string, isCustom: boolean, now: string): APIService => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: {name: `${version}.${group}`, labels: {[managed]: isCustom ? 'true' : 'onstart'}},
  spec: {
    ...(group === '' ? {} : {group}),
    version,
    groupPriorityMinimum: isCustom ? 1000 : (priorities[group] ?? 1000),
    versionPriority: isCustom ? 100 : (versionPriorities[`${group}/${version}`] ?? (/beta/.test(version) ? 9 : 15)),
  },
  status: {
    conditions: [
      {
        type: 'Available',
        status: 'True',
        lastTransitionTime: now,
        reason: 'Local',
        message: 'Local APIServices are always available',
      },
    ],
  },
})

/** Brings them in line with what is served now. */
export const syncLocalServices = async (backend: Backend, context: AdmissionContext): Promise<void> => {
  const now = timestamp(backend.clock.now())
  const wanted = new Map<string, APIService>()
  for (const {resource, custom} of backend.kinds.all()) {
    const {group, version} = resource
    if (group === 'apiregistration.k8s.io') continue
    const service = serviceOf(group, version, custom === true, now)
    wanted.set(service.metadata?.name ?? '', service)
  }
  const existing = context.list(apiServices)
  const names = new Set(existing.map(({metadata}) => metadata.name))
  const gone = existing.filter(
    ({metadata, spec}) => metadata.labels?.[managed] === 'true' && !spec?.service && !wanted.has(metadata.name),
  )
  await Promise.all([
    ...[...wanted].filter(([name]) => !names.has(name)).map(([, service]) => context.create(apiServices, service)),
    ...gone.map(({metadata}) => context.remove(apiServices, {name: metadata.name})),
  ])
}
