// A pod's phase from its containers. Pure.
import type {ContainerStatus} from '../../api/schema/types.gen.ts'
import {initContainersOf, isSidecar, type ThePod} from '../pods/types.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

type Outcome = 'running' | 'waiting' | 'succeeded' | 'failed'

const outcomeOf = ({lastState, state}: ContainerStatus): Outcome => {
  if (state?.running) return 'running'
  const ended = state?.terminated ?? lastState?.terminated
  if (!ended) return 'waiting'
  return ended.exitCode === 0 ? 'succeeded' : 'failed'
}

const finalExit = ({state}: ContainerStatus): number | undefined => state?.terminated?.exitCode

/** What init containers say: still going on, failed for good, or done. */
export const initStanding = (pod: ThePod, statuses: readonly ContainerStatus[]): 'pending' | 'failed' | 'done' => {
  const byName = new Map(statuses.map((status) => [status.name, status]))
  for (const container of initContainersOf(pod)) {
    const status = byName.get(container.name)
    if (isSidecar(container)) {
      if (!status?.started && !status?.state?.terminated) return 'pending'
      continue
    }
    const exit = status && finalExit(status)
    if (exit === undefined) return 'pending'
    if (exit !== 0) return (container.restartPolicy ?? pod.spec?.restartPolicy) === 'Never' ? 'failed' : 'pending'
  }
  return 'done'
}

export const phaseOf = (pod: ThePod, init: readonly ContainerStatus[], statuses: readonly ContainerStatus[]): Phase => {
  const standing = initStanding(pod, init)
  const outcomes = statuses.map(outcomeOf)
  const anyStarted = outcomes.some((outcome) => outcome !== 'waiting')
  if (standing === 'failed') return 'Failed'
  if (standing === 'pending' && !anyStarted) return 'Pending'
  if (outcomes.includes('waiting')) return 'Pending'
  if (outcomes.includes('running')) return 'Running'
  // A container that waits to be restarted has ended, but not for good.
  const forGood = statuses.every(({state}) => state?.terminated)
  const policy = pod.spec?.restartPolicy ?? 'Always'
  if (policy === 'Always' || !forGood) return 'Running'
  if (outcomes.every((outcome) => outcome === 'succeeded')) return 'Succeeded'
  return policy === 'Never' ? 'Failed' : 'Running'
}
