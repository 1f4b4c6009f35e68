// Whether and when a container that ended is started again. Pure.
import {backoffMs} from '../../lib/backoff.ts'
import type {ObservedContainer, PodContainer, ThePod} from './types.ts'

const CRASH_LOOP = {firstMs: 10_000, maxMs: 300_000}
/** Whoever ran this long starts over. */
const FORGIVEN_AFTER_MS = 600_000

const ruleMatches = (container: PodContainer, exitCode: number): boolean =>
  (container.restartPolicyRules ?? []).some(({action, exitCodes}) => {
    if (action !== 'Restart' || !exitCodes) return false
    const listed = (exitCodes.values ?? []).includes(exitCode)
    return exitCodes.operator === 'NotIn' ? !listed : listed
  })

/** By the container's own rules and policy where it has them, else by the pod's. */
export const shouldRestart = (
  pod: ThePod,
  container: PodContainer,
  ended: ObservedContainer,
  isInit: boolean,
): boolean => {
  if (ruleMatches(container, ended.exitCode)) return true
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always'
  if (policy === 'Never') return false
  if (policy === 'OnFailure' || (isInit && container.restartPolicy === undefined)) return ended.exitCode !== 0
  return true
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
export const restartDelay = (latest: ObservedContainer, restarts: number): RestartDelay => {
  const delayMs = ranLongEnough(latest) ? 0 : backoffMs(restarts, CRASH_LOOP)
  return {delayMs, atMs: latest.finishedAtMs + delayMs}
}
