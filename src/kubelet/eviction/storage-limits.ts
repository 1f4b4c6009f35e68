// Limits of what a pod may write: of each emptyDir, of all containers together, of each container. Pure.
import {formatQuantity} from '../../api/meta/quantity.ts'
import {podAmounts} from '../../api/quota/pod-amounts.ts'
import {bytesOf} from '../containers/resources.ts'
import {containersOf, initContainersOf, type ThePod} from '../pods/types.ts'
import {containerStorageNote, emptyDirNote, podStorageNote} from './messages.ts'

export interface StorageUse {
  /** Bytes by volume. */
  readonly emptyDirs: ReadonlyMap<string, number>
  /** Writable layer and logs, by container. */
  readonly containers: ReadonlyMap<string, number>
  readonly totalBytes: number
}

const STORAGE = 'ephemeral-storage'

export const hasStorageLimit = (pod: ThePod): boolean =>
  (pod.spec?.volumes ?? []).some(({emptyDir}) => emptyDir?.sizeLimit) ||
  [...containersOf(pod), ...initContainersOf(pod)].some(({resources}) => resources?.limits?.[STORAGE])

/** What to tell the pod that has written too much; undefined when it has not. */
export const exceededLimit = (pod: ThePod, use: StorageUse): string | undefined => {
  for (const {emptyDir, name} of pod.spec?.volumes ?? []) {
    const limit = emptyDir?.sizeLimit
    if (limit && bytesOf(limit) > 0 && (use.emptyDirs.get(name) ?? 0) > bytesOf(limit)) return emptyDirNote(name, limit)
  }
  const total = podAmounts(pod, 'limits')[STORAGE]
  if (total && use.totalBytes > Number(total.nanos / 1_000_000_000n)) return podStorageNote(formatQuantity(total))
  for (const {name, resources} of containersOf(pod)) {
    const limit = resources?.limits?.[STORAGE]
    if (limit && bytesOf(limit) > 0 && (use.containers.get(name) ?? 0) > bytesOf(limit))
      return containerStorageNote(name, limit)
  }
  return undefined
}
