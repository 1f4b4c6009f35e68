import {pods} from '../../../api/resources.ts'
import type {Pod} from '../../../api/schema/types.gen.ts'
import {controllerOf, longTime, writeAnnotations, writeLabels} from '../common.ts'
import {writeContainers, writeResources} from '../containers.ts'
import {describing} from '../describer.ts'
import {writeEvents} from '../events.ts'
import type {Page} from '../page.ts'
import {writePlacement} from '../pod-template.ts'
import {writeVolumes} from '../volumes.ts'

const writeStatus = (page: Page, {metadata, status, spec}: Pod): void => {
  if (metadata?.deletionTimestamp && status?.phase !== 'Failed' && status?.phase !== 'Succeeded') {
    const age = longTime(metadata.deletionTimestamp)
    page.line(0, 'Status:', `Terminating (lasts ${age})`)
    page.line(0, 'Termination Grace Period:', `${metadata.deletionGracePeriodSeconds ?? 0}s`)
  } else page.line(0, 'Status:', status?.phase ?? '')
  if (status?.reason) page.line(0, 'Reason:', status.reason)
  if (status?.message) page.line(0, 'Message:', status.message)
  const seccomp = spec?.securityContext?.seccompProfile
  if (seccomp) {
    page.line(0, 'SeccompProfile:', ` ${seccomp.type}`)
    if (seccomp.type === 'Localhost') page.line(0, 'LocalhostProfile:', ` ${seccomp.localhostProfile ?? ''}`)
  }
  page.line(0, 'IP:', status?.podIP ?? '')
  const ips = status?.podIPs ?? []
  if (ips.length === 0) page.line(0, 'IPs:', '<none>')
  else {
    page.line(0, 'IPs:')
    for (const {ip} of ips) page.line(1, 'IP:', ip)
  }
}

const writeConditions = (page: Page, {status, spec}: Pod): void => {
  const conditions = status?.conditions ?? []
  const gates = spec?.readinessGates ?? []
  if (gates.length > 0) {
    page.line(0, 'Readiness Gates:')
    page.line(1, 'Type', 'Status')
    for (const {conditionType} of gates)
      page.line(1, `${conditionType} `, `${conditions.find(({type}) => type === conditionType)?.status ?? '<none>'} `)
  }
  if (conditions.length === 0) return
  page.line(0, 'Conditions:')
  page.line(1, 'Type', 'Status')
  for (const {type, status: state} of conditions) page.line(1, `${type} `, `${state} `)
}

export const podDescriber = describing(pods, async (page, pod, context) => {
  const {metadata, spec, status} = pod
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  if (spec?.priority !== undefined) page.line(0, 'Priority:', spec.priority)
  if (spec?.priorityClassName) page.line(0, 'Priority Class Name:', spec.priorityClassName)
  if (spec?.runtimeClassName) page.line(0, 'Runtime Class Name:', spec.runtimeClassName)
  if (spec?.serviceAccountName) page.line(0, 'Service Account:', spec.serviceAccountName)
  page.line(0, 'Node:', spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>')
  if (status?.startTime) page.line(0, 'Start Time:', longTime(status.startTime))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  writeStatus(page, pod)
  const controller = controllerOf(metadata)
  if (controller) page.line(0, 'Controlled By:', controller)
  if (status?.nominatedNodeName) page.line(0, 'NominatedNodeName:', status.nominatedNodeName)
  if (spec?.resources) {
    page.line(0, 'Resources:')
    writeResources(page, 1, spec.resources)
  }
  if (spec?.initContainers?.length)
    writeContainers(page, {
      title: 'Init Containers',
      containers: spec.initContainers,
      statuses: status?.initContainerStatuses,
      pod,
      space: '',
    })
  writeContainers(page, {
    title: 'Containers',
    containers: spec?.containers ?? [],
    statuses: status?.containerStatuses,
    pod,
    space: '',
  })
  if (spec?.ephemeralContainers?.length)
    writeContainers(page, {
      title: 'Ephemeral Containers',
      containers: spec.ephemeralContainers,
      statuses: status?.ephemeralContainerStatuses,
      pod,
      space: '',
    })
  writeConditions(page, pod)
  writeVolumes(page, spec?.volumes, '')
  page.line(0, 'QoS Class:', status?.qosClass ?? '')
  if (spec) writePlacement(page, spec, '')
  await writeEvents(page, pod, context)
})
