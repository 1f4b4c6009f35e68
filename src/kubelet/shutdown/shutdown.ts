// The node goes down: its pods end first, group by group.
import type {Kubelet} from '../kubelet.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {shutdownGroups, tellsPods} from './plan.ts'

const REASON = 'Terminated'
const MESSAGE = 'Pod was terminated in response to imminent node shutdown.'
/** For the last words of what was killed. */
const SLACK_MS = 2000

export const shutDownPods = async ({config, options}: Kubelet, workers: PodWorkers): Promise<void> => {
  const {clock, logger} = options
  const tells = tellsPods(config)
  const active = workers.all().filter((worker) => worker.isActive)
  const groups = shutdownGroups(
    active.map(({pod}) => pod),
    config,
  )
  for (const {graceSeconds, pods} of groups) {
    logger.info('pods end with their node', {pods: pods.length, graceSeconds})
    const ends = pods.map(async (pod) => {
      const own = pod.spec?.terminationGracePeriodSeconds ?? 30
      const grace = Math.min(own, graceSeconds)
      const worker = workers.get(pod.metadata.uid)
      if (!tells) return worker?.halt(grace)
      const disruption = {reason: 'TerminationByKubelet', message: MESSAGE}
      await worker?.failAndEnd({reason: REASON, message: MESSAGE, graceSeconds: grace, disruption})
    })
    const late = new AbortController()
    await Promise.race([
      Promise.allSettled(ends),
      clock.sleep(graceSeconds * 1000 + SLACK_MS, late.signal).catch(() => undefined),
    ])
    late.abort()
  }
}
