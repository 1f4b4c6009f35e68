// In what order a node's pods end when it goes down, and how long each may take. Pure.
import {durationMs, type KubeletConfig} from '../config.ts'
import type {ThePod} from '../pods/types.ts'

export interface ShutdownGroup {
  readonly pods: readonly ThePod[]
  readonly graceSeconds: number
}

const CRITICAL_PRIORITY = 2_000_000_000
/** A node whose settings say nothing of shutdowns still lets pods end, within this. */
const USUAL_SECONDS = 10

type Settings = Pick<
  KubeletConfig,
  'shutdownGracePeriod' | 'shutdownGracePeriodByPodPriority' | 'shutdownGracePeriodCriticalPods'
>

/** With a period of its own the node tells its pods that they failed for its sake; without one they come back with it. */
export const tellsPods = ({shutdownGracePeriod, shutdownGracePeriodByPodPriority}: Settings): boolean =>
  durationMs(shutdownGracePeriod) > 0 || shutdownGracePeriodByPodPriority.length > 0

const stepsOf = (settings: Settings): readonly {readonly priority: number; readonly seconds: number}[] => {
  const {shutdownGracePeriodByPodPriority: steps} = settings
  if (steps.length > 0)
    return steps
      .map(({priority, shutdownGracePeriodSeconds}) => ({priority, seconds: shutdownGracePeriodSeconds}))
      .sort((a, b) => a.priority - b.priority)
  const whole = durationMs(settings.shutdownGracePeriod) / 1000 || USUAL_SECONDS
  const critical = durationMs(settings.shutdownGracePeriodCriticalPods) / 1000
  return [
    {priority: 0, seconds: whole - critical},
    {priority: CRITICAL_PRIORITY, seconds: critical || whole},
  ]
}

/** The least important first; a pod belongs to the highest step that it reaches. */
export const shutdownGroups = (pods: readonly ThePod[], settings: Settings): ShutdownGroup[] => {
  const steps = stepsOf(settings)
  const stepOf = (pod: ThePod): number => {
    const priority = pod.spec?.priority ?? 0
    const above = steps.findIndex((step) => step.priority > priority)
    return above < 0 ? steps.length - 1 : Math.max(0, above - 1)
  }
  return steps
    .map(({seconds}, at) => ({graceSeconds: seconds, pods: pods.filter((pod) => stepOf(pod) === at)}))
    .filter((group) => group.pods.length > 0)
}
