// The table of pods: what a pod's status amounts to, in one word.
import type {Column} from '../../kind.ts'
import {ageOf} from '../../meta/human-duration.ts'
import type {Container, ContainerStatus, Pod} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, wideColumn} from '../columns.ts'

interface Summary {
  ready: number
  restarts: number
  lastRestart: string
  reason: string
}

const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always'
const conditionOf = (pod: Pod, name: string) => pod.status?.conditions?.find(({type}) => type === name)

const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a)
const finishedAt = (status: ContainerStatus): string | undefined => status.lastState?.terminated?.finishedAt

const endReason = (status: ContainerStatus): string => {
  const end = status.state?.terminated
  if (!end) return ''
  return end.reason || (end.signal ? `Signal:${end.signal}` : `ExitCode:${end.exitCode}`)
}

interface Initialization {
  readonly blockedBy: string | undefined
  readonly all: Pick<Summary, 'restarts' | 'lastRestart'>
  readonly sidecars: Pick<Summary, 'restarts' | 'lastRestart' | 'ready'>
}

const blockedBy = (status: ContainerStatus, index: number, total: number): string => {
  if (status.state?.terminated) return `Init:${endReason(status)}`
  const waiting = status.state?.waiting?.reason
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`
}

const initializationOf = (pod: Pod): Initialization => {
  const containers = pod.spec?.initContainers ?? []
  const all = {restarts: 0, lastRestart: ''}
  const sidecars = {restarts: 0, lastRestart: '', ready: 0}
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(containers.find(({name}) => name === status.name))
    all.restarts += status.restartCount
    all.lastRestart = later(all.lastRestart, finishedAt(status))
    if (sidecar) {
      sidecars.restarts += status.restartCount
      sidecars.lastRestart = later(sidecars.lastRestart, finishedAt(status))
    }
    if (status.state?.terminated?.exitCode === 0) continue
    if (sidecar && status.started) {
      if (status.ready) sidecars.ready += 1
      continue
    }
    return {blockedBy: blockedBy(status, index, containers.length), all, sidecars}
  }
  return {blockedBy: undefined, all, sidecars}
}

const initialReason = (pod: Pod): string => {
  if (pod.status?.conditions?.some(({type, reason}) => type === 'PodScheduled' && reason === 'SchedulingGated'))
    return 'SchedulingGated'
  return pod.status?.reason || (pod.status?.phase ?? '')
}

const addContainers = (pod: Pod, summary: Summary): void => {
  let hasRunning = false
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    summary.restarts += status.restartCount
    summary.lastRestart = later(summary.lastRestart, finishedAt(status))
    if (status.state?.waiting?.reason) summary.reason = status.state.waiting.reason
    else if (status.state?.terminated) summary.reason = endReason(status)
    else if (status.ready && status.state?.running) {
      hasRunning = true
      summary.ready += 1
    }
  }
  if (summary.reason === 'Completed' && hasRunning)
    summary.reason = conditionOf(pod, 'Ready')?.status === 'True' ? 'Running' : 'NotReady'
}

const deletionReason = (pod: Pod): string | undefined => {
  if (!pod.metadata?.deletionTimestamp) return undefined
  if (pod.status?.reason === 'NodeLost') return 'Unknown'
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' ? undefined : 'Terminating'
}

export const summaryOf = (pod: Pod): Summary => {
  const initialization = initializationOf(pod)
  const summary: Summary = {ready: initialization.sidecars.ready, reason: initialReason(pod), ...initialization.all}
  if (initialization.blockedBy !== undefined) summary.reason = initialization.blockedBy
  if (initialization.blockedBy === undefined || conditionOf(pod, 'Initialized')?.status === 'True') {
    summary.restarts = initialization.sidecars.restarts
    summary.lastRestart = initialization.sidecars.lastRestart
    addContainers(pod, summary)
  }
  summary.reason = deletionReason(pod) ?? summary.reason
  return summary
}

const readyCell = (pod: Pod): string => {
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).length
  return `${summaryOf(pod).ready}/${(pod.spec?.containers.length ?? 0) + sidecars}`
}

const restartsCell = (pod: Pod, nowMs: number): string => {
  const {restarts, lastRestart} = summaryOf(pod)
  return restarts > 0 && lastRestart !== '' ? `${restarts} (${ageOf(lastRestart, nowMs)} ago)` : String(restarts)
}

const gatesCell = (pod: Pod): string => {
  const gates = pod.spec?.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const open = gates.filter(({conditionType}) => conditionOf(pod, conditionType)?.status === 'True')
  return `${open.length}/${gates.length}`
}

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  column('Ready', readyCell, {
    description: 'The aggregate readiness state of this pod for accepting traffic.',
  }),
  column('Status', (pod) => summaryOf(pod).reason, {
    description: 'The aggregate status of the containers in this pod.',
  }),
  column('Restarts', restartsCell, {
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  }),
  ageColumn,
  wideColumn('IP', ({status}) => status?.podIPs?.[0]?.ip || '<none>', {doc: 'status.podIP'}),
  wideColumn('Node', ({spec}) => spec?.nodeName || '<none>', {doc: 'spec.nodeName'}),
  wideColumn('Nominated Node', ({status}) => status?.nominatedNodeName || '<none>', {
    doc: 'status.nominatedNodeName',
  }),
  wideColumn('Readiness Gates', gatesCell, {doc: 'spec.readinessGates'}),
]
