// A pod's phase from its containers. Pure.
import type {ContainerStatus} from '../../api/schema/types.gen.ts'
import {shouldRestart} from '../pods/restart.ts'
import {containersOf, initContainersOf, isSidecar, type ThePod} from '../pods/types.ts'

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
    if (exit !== 0) return shouldRestart(pod, container, {exitCode: exit}, true) ? 'pending' : 'failed'
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
  const endsForGood = (status: ContainerStatus): boolean => {
    const exitCode = finalExit(status)
    const container = containersOf(pod).find(({name}) => name === status.name)
    return exitCode !== undefined && !(container && shouldRestart(pod, container, {exitCode}, false))
  }
  if (!statuses.every(endsForGood)) return 'Running'
  return outcomes.every((outcome) => outcome === 'succeeded') ? 'Succeeded' : 'Failed'
}
