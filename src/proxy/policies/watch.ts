// Watches what NetworkPolicies depend on; hands them over resolved whenever they come out different.
import {namespaces, networkPolicies, pods} from '../../api/resources.ts'
import type {Clock, Timer} from '../../lib/clock.ts'
import type {InformerSource} from '../../reconcile/contract.ts'
import {type ResolvedPolicy, resolvePolicies} from './model.ts'

/** Long enough to take a burst of changes together, short enough that a new pod is covered when it starts to listen. */
const GATHER_MS = 5

export interface WatchPoliciesOptions {
  readonly informers: InformerSource
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onChange: (policies: readonly ResolvedPolicy[]) => void
}

/** Calls `onChange` once with everything there is, then after changes. */
export const watchPolicies = async (options: WatchPoliciesOptions): Promise<Disposable> => {
  const {clock, informers, onChange, signal} = options
  const policies = informers.informer(networkPolicies)
  const others = [informers.informer(pods), informers.informer(namespaces)] as const
  await Promise.all([policies, ...others].map((informer) => informer.synced(signal)))
  let timer: Timer | undefined

  const flush = (): void => {
    timer = undefined
    const [podInformer, namespaceInformer] = others
    const world = {
      policies: policies.cache.list(),
      pods: podInformer.cache.list(),
      namespaces: namespaceInformer.cache.list(),
    }
    onChange(resolvePolicies(world))
  }
  const touch = (): void => {
    timer ??= clock.after(GATHER_MS, flush)
  }
  // Without policies, pods and namespaces may come and go as they like.
  const touchIfAny = (): void => {
    if (policies.cache.size > 0) touch()
  }
  const leave = [policies.onChange(touch), ...others.map((informer) => informer.onChange(touchIfAny))]
  timer?.cancel()
  flush()
  return {
    [Symbol.dispose]: () => {
      timer?.cancel()
      for (const stop of leave) stop()
    },
  }
}
