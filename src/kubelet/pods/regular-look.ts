// Everything is listed now and then, and pods of which something changed since the last look are named: for news that got
// lost, and for a runtime that tells none (containerd before 1.7).
import type {CriClient} from '../../lib/cri/client.ts'
import type {KubeletOptions} from '../options.ts'
import {labels} from './observe.ts'

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

export interface RegularLook extends Pick<KubeletOptions, 'clock' | 'signal'> {
  readonly everyMs: number
}

/** Rejects when the runtime does not answer any more. */
export const lookRegularly = async (
  cri: CriClient,
  {clock, everyMs, signal}: RegularLook,
  changed: (uid: string) => void,
): Promise<void> => {
  let before = await lookAt(cri, signal)
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch(() => undefined)
    if (signal.aborted) return
    const now = await lookAt(cri, signal)
    for (const uid of new Set([...before.keys(), ...now.keys()])) if (before.get(uid) !== now.get(uid)) changed(uid)
    before = now
  }
}
