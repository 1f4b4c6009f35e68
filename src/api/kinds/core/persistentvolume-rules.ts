import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {canonicalQuantity, quantitySign} from '../../meta/quantity.ts'
import {isSame} from '../../meta/same.ts'
import type {PersistentVolume, PersistentVolumeSpec} from '../../schema/types.gen.ts'
import {checkOneOf, checkSubdomain, immutable} from '../checks.ts'
import {keepStatus} from '../status.ts'
import {validateNodeSelector} from './pod-spec/validate-scheduling.ts'
import {validateAccessModes} from './validate-claim.ts'
import {validateNetworkStorage} from './validate-storage-source.ts'

const sourceNames = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const
const hostPathTypes = [
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
  '',
]

const validateSources = (spec: PersistentVolumeSpec, errors: FieldErrors): void => {
  const given = sourceNames.filter((name) => spec[name] !== undefined)
  for (const [index, name] of given.entries())
    if (index > 0) errors.forbidden(`spec.${name}`, 'may not specify more than 1 volume type')
    else validateNetworkStorage(name, spec, {path: `spec.${name}`, hostPathTypes}, errors)
  if (given.length === 0) errors.required('spec', 'must specify a volume type')
  if (spec.local && !spec.nodeAffinity?.required)
    errors.required('spec.nodeAffinity', 'Local volume requires node affinity')
}

const validateCapacity = (capacity: PersistentVolumeSpec['capacity'], errors: FieldErrors): void => {
  const resources = Object.keys(capacity ?? {})
  if (resources.length === 0) errors.required('spec.capacity')
  if (!resources.includes('storage') || resources.length > 1)
    errors.notSupported('spec.capacity', (capacity ?? null) as unknown as string, ['storage'])
  for (const [resource, amount] of Object.entries(capacity ?? {}))
    if (quantitySign(amount) <= 0)
      errors.invalid(`spec.capacity[${resource}]`, canonicalQuantity(amount), 'must be greater than zero')
}

const validate = ({spec = {}}: PersistentVolume, errors: FieldErrors): void => {
  if (!spec.accessModes?.length) errors.required('spec.accessModes')
  validateAccessModes(spec.accessModes, 'spec.accessModes', errors)
  validateCapacity(spec.capacity, errors)
  if (spec.persistentVolumeReclaimPolicy)
    checkOneOf(
      spec.persistentVolumeReclaimPolicy,
      ['Delete', 'Recycle', 'Retain'],
      'spec.persistentVolumeReclaimPolicy',
      errors,
    )
  if (spec.nodeAffinity?.required)
    validateNodeSelector(spec.nodeAffinity.required, 'spec.nodeAffinity.required', errors)
  validateSources(spec, errors)
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")
  if (spec.storageClassName) checkSubdomain(spec.storageClassName, 'spec.storageClassName', errors)
  if (spec.volumeMode !== undefined) checkOneOf(spec.volumeMode, ['Block', 'Filesystem'], 'spec.volumeMode', errors)
}

const warnings = ({metadata, spec}: PersistentVolume): string[] => [
  ...(metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] === undefined
    ? []
    : [
        'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      ]),
  ...(metadata?.annotations?.['volume.beta.kubernetes.io/mount-options'] === undefined
    ? []
    : [
        'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
      ]),
  ...(spec?.persistentVolumeReclaimPolicy === 'Recycle'
    ? [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      ]
    : []),
]

export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  default: (volume) => {
    const spec = (volume.spec ??= {})
    spec.persistentVolumeReclaimPolicy ||= 'Retain'
    spec.volumeMode ??= 'Filesystem'
    if (spec.hostPath) spec.hostPath.type ??= ''
    volume.status ??= {}
    volume.status.phase ||= 'Pending'
  },
  prepareForCreate: (volume) => {
    volume.status = {phase: 'Pending'}
  },
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate: ({spec = {}}, {spec: old = {}}, errors) => {
    if (sourceNames.some((name) => !isSame(spec[name], old[name])))
      errors.forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')
    if (spec.volumeMode !== old.volumeMode) errors.invalid('spec.volumeMode', spec.volumeMode ?? null, immutable)
    if (old.nodeAffinity && !isSame(spec.nodeAffinity, old.nodeAffinity))
      errors.invalid('spec.nodeAffinity', spec.nodeAffinity ?? null, immutable)
  },
  warnings,
  returnsDeleted: true,
}
