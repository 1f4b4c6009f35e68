// Volumes and claims are held by a finalizer while somebody uses them; only some claims may grow.
import {compareQuantities} from '../../api/meta/quantity.ts'
import {storageClasses} from '../../api/resources.ts'
import type {PersistentVolumeClaim} from '../../api/schema/types.gen.ts'
import type {AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, oldOf, resourceOf} from './refuse.ts'

const finalizers: {readonly [resource: string]: string} = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
}

export const storageObjectInUseProtection: AdmissionStep = {
  name: 'StorageObjectInUseProtection',
  handles: (request) => isWhole(request) && request.operation === 'CREATE' && resourceOf(request) in finalizers,
  mutate(request) {
    const finalizer = finalizers[resourceOf(request)]
    const metadata = (objectOf(request).metadata ??= {})
    if (finalizer && !metadata.finalizers?.includes(finalizer))
      metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
  },
}

export const persistentVolumeClaimResize: AdmissionStep = {
  name: 'PersistentVolumeClaimResize',
  handles: (request) =>
    isWhole(request) && request.operation === 'UPDATE' && resourceOf(request) === 'persistentvolumeclaims',
  validate(request, context) {
    const claim = objectOf<PersistentVolumeClaim>(request)
    const old = oldOf<PersistentVolumeClaim>(request)
    const [now, before] = [claim.spec?.resources?.requests?.storage, old?.spec?.resources?.requests?.storage]
    if (now === undefined || before === undefined || compareQuantities(now, before) <= 0) return
    if (old?.status?.phase !== 'Bound') throw forbidden(request, 'Only bound persistent volume claims can be expanded')
    const name = claim.spec?.storageClassName
    const allows = name ? context.get(storageClasses, {name})?.allowVolumeExpansion : false
    if (!allows)
      throw forbidden(
        request,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      )
  },
}
