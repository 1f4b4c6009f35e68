// Brings claims and volumes together: a claim gets the smallest volume that suits it, both are told, and a volume whose
// claim is gone is released.
import type {DeepReadonly} from '../../api/object.ts'
import {persistentVolumeClaims, persistentVolumes, pods, storageClasses} from '../../api/resources.ts'
import type {PersistentVolumeClaim, Pod} from '../../api/schema/types.gen.ts'
import {claimClass, isFullyBound} from '../../api/volumes/claim.ts'
import {type ControllerSpec, watching} from '../../reconcile/contract.ts'
import {claimKey, parseKey, volumeKey} from './keys.ts'
import {syncClaim} from './sync-claim.ts'
import {syncVolume} from './sync-volume.ts'

const CLAIM = 'claim'

const claimsOfPod = (pod: DeepReadonly<Pod>): string[] =>
  (pod.spec?.volumes ?? []).flatMap(({persistentVolumeClaim}) =>
    persistentVolumeClaim ? [claimKey(pod.metadata?.namespace, persistentVolumeClaim.claimName)] : [],
  )

const waits = (claim: DeepReadonly<PersistentVolumeClaim>): boolean => !isFullyBound(claim)

export const persistentVolumeBinder: ControllerSpec = {
  name: 'persistentvolume-binder-controller',
  identity: 'persistent-volume-binder',
  workers: 1,
  watches: [
    watching({
      resource: persistentVolumeClaims,
      toKeys: ({object, previous}) => {
        const volumes = new Set([object.spec?.volumeName, previous?.spec?.volumeName])
        const {namespace, name} = object.metadata
        return [claimKey(namespace, name), ...[...volumes].flatMap((volume) => (volume ? [volumeKey(volume)] : []))]
      },
    }),
    watching({
      resource: persistentVolumes,
      indexes: {
        [CLAIM]: ({spec}) => (spec?.claimRef ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : []),
      },
      toKeys: ({object}, {cache}) => {
        const {claimRef} = object.spec ?? {}
        const own = claimRef ? [claimKey(claimRef.namespace, claimRef.name ?? '')] : []
        const waiting = claimRef ? [] : cache(persistentVolumeClaims).list().filter(waits)
        return [
          volumeKey(object.metadata.name),
          ...own,
          ...waiting.map(({metadata}) => claimKey(metadata.namespace, metadata.name)),
        ]
      },
    }),
    watching({
      resource: storageClasses,
      toKeys: ({object}, {cache}) =>
        cache(persistentVolumeClaims)
          .list()
          .filter((claim) => waits(claim) && claimClass(claim) === object.metadata.name)
          .map(({metadata}) => claimKey(metadata.namespace, metadata.name)),
    }),
    watching({
      resource: pods,
      // For the event that says which pod a claim waits for.
      toKeys: ({type, object}, {cache}) =>
        type === 'added'
          ? claimsOfPod(object).filter((key) => {
              const {namespace, name} = parseKey(key) as {namespace: string; name: string}
              const claim = cache(persistentVolumeClaims).get({namespace, name})
              return claim !== undefined && waits(claim)
            })
          : [],
    }),
  ],
  reconcile: async (key, context) => {
    const parsed = parseKey(key)
    if (parsed.kind === 'claim') {
      const claim = context.cache(persistentVolumeClaims).get(parsed)
      if (claim) await syncClaim(claim, context)
      return
    }
    const volume = context.cache(persistentVolumes).getByKey(parsed.name)
    if (volume) await syncVolume(volume, context)
  },
}
