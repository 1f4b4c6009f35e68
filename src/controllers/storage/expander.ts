// A claim that asks for more than it has: says that somebody else (the driver's resizer) has to make it larger.
import {persistentVolumeClaims, persistentVolumes} from '../../api/resources.ts'
import {unitsOf} from '../../api/scheduling/amount.ts'
import {PROVISIONED_BY} from '../../api/volumes/claim.ts'
import {type ControllerSpec, watching} from '../../reconcile/contract.ts'
import {HOST_PATH_PROVISIONER} from './host-path.ts'

export const volumeExpander: ControllerSpec = {
  name: 'persistentvolume-expander-controller',
  identity: 'expand-controller',
  watches: [
    watching({
      resource: persistentVolumeClaims,
      toKeys: ({object, previous}) =>
        previous &&
        unitsOf(object.spec?.resources?.requests?.storage ?? '0') >
          unitsOf(previous.spec?.resources?.requests?.storage ?? '0')
          ? [`${object.metadata.namespace}/${object.metadata.name}`]
          : [],
    }),
  ],
  reconcile: async (key, {cache, events}) => {
    const claim = cache(persistentVolumeClaims).getByKey(key)
    if (claim?.status?.phase !== 'Bound') return
    const volume = cache(persistentVolumes).getByKey(claim.spec?.volumeName ?? '')
    const has = unitsOf(claim.status.capacity?.storage ?? '0')
    const wants = unitsOf(claim.spec?.resources?.requests?.storage ?? '0')
    if (!volume || wants <= has || volume.metadata.annotations?.[PROVISIONED_BY] === HOST_PATH_PROVISIONER) return
    const message = 'waiting for an external controller to expand this PVC'
    events.record(claim, 'Normal', 'ExternalExpanding', message)
  },
}
