// Whether and when a container that ended is started again. Pure.
import {backoffMs} from '../../lib/backoff.ts'
import {
  containersOf,
  initContainersOf,
  type ObservedContainer,
  type ObservedPod,
  type PodContainer,
  type ThePod,
} from './types.ts'

const CRASH_LOOP = {firstMs: 10_000, maxMs: 300_000}
/** Whoever ran this long starts over. */
const FORGIVEN_AFTER_MS = 600_000

type RuleAction = 'Restart' | 'RestartAllContainers'

/** What the first rule that knows this exit code says. */
const ruleFor = (container: PodContainer, exitCode: number): RuleAction | undefined =>
  (container.restartPolicyRules ?? []).find(({exitCodes}) => {
    const listed = (exitCodes?.values ?? []).includes(exitCode)
    return exitCodes !== undefined && (exitCodes.operator === 'NotIn' ? !listed : listed)
  })?.action as RuleAction | undefined

/** By the container's own rules and policy where it has them, else by the pod's. */
export const shouldRestart = (
  pod: ThePod,
  container: PodContainer,
  {exitCode}: Pick<ObservedContainer, 'exitCode'>,
  isInit: boolean,
): boolean => {
  if (ruleFor(container, exitCode)) return true
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always'
  if (policy === 'Never') return false
  if (policy === 'OnFailure' || (isInit && container.restartPolicy === undefined)) return exitCode !== 0
  return true
}

/** The last run whose end has the whole pod start over: what was made before it is of the past. */
export const startedOver = (pod: ThePod, {containers}: ObservedPod): ObservedContainer | undefined => {
  const specs = new Map([...containersOf(pod), ...initContainersOf(pod)].map((spec) => [spec.name, spec]))
  return containers
    .filter(({exitCode, name, state}) => {
      const spec = specs.get(name)
      return state === 'exited' && spec && ruleFor(spec, exitCode) === 'RestartAllContainers'
    })
    .sort((a, b) => b.finishedAtMs - a.finishedAtMs)[0]
}

export interface RestartDelay {
  readonly delayMs: number
  readonly atMs: number
}

export const ranLongEnough = ({finishedAtMs, startedAtMs}: ObservedContainer): boolean =>
  startedAtMs > 0 && finishedAtMs - startedAtMs > FORGIVEN_AFTER_MS

/**
 * The first restart is at once; then 10 s, 20 s ... 5 min after the end of the last run. `restarts`: how often this
 * kubelet has started it again; what another one did before a reboot does not count.
 */
export const restartDelay = (
  latest: ObservedContainer,
  restarts: number,
  longestMs = CRASH_LOOP.maxMs,
): RestartDelay => {
  const backoff = {firstMs: Math.min(CRASH_LOOP.firstMs, longestMs), maxMs: longestMs}
  const delayMs = ranLongEnough(latest) ? 0 : backoffMs(restarts, backoff)
  return {delayMs, atMs: latest.finishedAtMs + delayMs}
}
