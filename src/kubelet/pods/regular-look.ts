// For a runtime that tells no news (containerd before 1.7): everything is listed every second, and pods of which
// something changed since the last look are named.
import type {CriClient} from '../../lib/cri/client.ts'
import type {KubeletOptions} from '../options.ts'
import {labels} from './observe.ts'

const LOOK_MS = 1000

/** What a pod has in the runtime, as one text. */
const lookAt = async (cri: CriClient, signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
  const [{containers}, {items}] = await Promise.all([
    cri.RuntimeService.ListContainers({}, {signal}),
    cri.RuntimeService.ListPodSandbox({}, {signal}),
  ])
  const seen = new Map<string, string>()
  for (const {id, labels: found, state} of [...containers, ...items]) {
    const uid = found[labels.podUid]
    if (uid) seen.set(uid, `${seen.get(uid) ?? ''}${id}=${state} `)
  }
  return seen
}

/** Rejects when the runtime does not answer any more. */
export const lookRegularly = async (
  cri: CriClient,
  {clock, signal}: Pick<KubeletOptions, 'clock' | 'signal'>,
  changed: (uid: string) => void,
): Promise<void> => {
  let before = await lookAt(cri, signal)
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
    if (signal.aborted) return
    const now = await lookAt(cri, signal)
    for (const uid of new Set([...before.keys(), ...now.keys()])) if (before.get(uid) !== now.get(uid)) changed(uid)
    before = now
  }
}
