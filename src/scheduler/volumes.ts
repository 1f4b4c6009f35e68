// Claims, volumes and classes as the scheduler sees them: the caches, and on top what it has promised but not yet
// written.
import {csiNodes, persistentVolumeClaims, persistentVolumes, storageClasses} from '../api/resources.ts'
import type {CSINode, PersistentVolume, PersistentVolumeClaim, StorageClass} from '../api/schema/types.gen.ts'
import type {Cached, InformerSource} from '../reconcile/contract.ts'

export interface Volumes {
  claim(namespace: string, name: string): Cached<PersistentVolumeClaim> | undefined
  volume(name: string): Cached<PersistentVolume> | undefined
  all(): readonly Cached<PersistentVolume>[]
  storageClass(name: string): Cached<StorageClass> | undefined
  csiNode(name: string): Cached<CSINode> | undefined
  /** Promised to a claim by a pod that is about to be bound. */
  isPromised(volumeName: string): boolean
  promise(volumeName: string): () => void
  /** Settles at the next change of any claim; rejects when the signal is aborted. */
  claimChange(signal: AbortSignal): Promise<void>
}

export const volumesOf = (informers: InformerSource): Volumes => {
  const claimInformer = informers.informer(persistentVolumeClaims)
  const claims = claimInformer.cache
  const volumes = informers.informer(persistentVolumes).cache
  const classes = informers.informer(storageClasses).cache
  const nodes = informers.informer(csiNodes).cache
  const promised = new Set<string>()
  const waiting = new Set<() => void>()
  claimInformer.onChange(() => {
    for (const wake of waiting) wake()
  })
  return {
    claim: (namespace, name) => claims.get({namespace, name}),
    volume: (name) => volumes.getByKey(name),
    all: () => volumes.list(),
    storageClass: (name) => classes.getByKey(name),
    csiNode: (name) => nodes.getByKey(name),
    isPromised: (name) => promised.has(name),
    promise: (name) => {
      promised.add(name)
      return () => promised.delete(name)
    },
    claimChange: (signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(wake)
          signal.removeEventListener('abort', abort)
        }
        const wake = (): void => {
          leave()
          resolve()
        }
        const abort = (): void => {
          leave()
          reject(signal.reason)
        }
        if (signal.aborted) reject(signal.reason)
        else {
          waiting.add(wake)
          signal.addEventListener('abort', abort, {once: true})
        }
      }),
  }
}
