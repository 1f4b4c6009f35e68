// Sources of volumes that pods and persistent volumes have in common: host directories, network file systems, CSI.
import type {FieldErrors} from '../../field-errors.ts'
import type {
  CSIPersistentVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  HostPathVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
} from '../../schema/types.gen.ts'
import {checkOneOf, checkRange, checkRequired, checkSubdomain} from '../checks.ts'
import {checkNoBacksteps} from '../paths.ts'

interface Place {
  readonly path: string
  readonly hostPathTypes: readonly string[]
}

const validateHostPath = (source: HostPathVolumeSource, {path, hostPathTypes}: Place, errors: FieldErrors): void => {
  if (checkRequired(source.path, `${path}.path`, errors)) checkNoBacksteps(source.path, `${path}.path`, errors)
  checkOneOf(source.type, hostPathTypes, `${path}.type`, errors)
}

const validateNfs = (source: NFSVolumeSource, path: string, errors: FieldErrors): void => {
  checkRequired(source.server, `${path}.server`, errors)
  if (checkRequired(source.path, `${path}.path`, errors) && !source.path.startsWith('/'))
    errors.invalid(`${path}.path`, source.path, 'must be an absolute path')
}

const validateIscsi = (source: ISCSIVolumeSource, path: string, errors: FieldErrors): void => {
  checkRequired(source.targetPortal, `${path}.targetPortal`, errors)
  if (checkRequired(source.iqn, `${path}.iqn`, errors) && !/^(iqn|eui|naa)/.test(source.iqn))
    errors.invalid(`${path}.iqn`, source.iqn, 'must be valid format starting with iqn, eui, or naa')
  checkRange(source.lun, {min: 0, max: 255}, `${path}.lun`, errors)
}

const validateFc = (source: FCVolumeSource, path: string, errors: FieldErrors): void => {
  const targets = source.targetWWNs ?? []
  const ids = source.wwids ?? []
  if (targets.length === 0 && ids.length === 0)
    errors.required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both')
  if (targets.length > 0 && ids.length > 0)
    errors.invalid(`${path}.targetWWNs`, targets, 'targetWWNs and wwids can not be specified simultaneously')
  if (targets.length > 0 && source.lun === undefined)
    errors.required(`${path}.lun`, 'lun is required if targetWWNs is specified')
  checkRange(source.lun, {min: 0, max: 255}, `${path}.lun`, errors)
}

export const checkCsiDriverName = (name: string | undefined, path: string, errors: FieldErrors): void => {
  if (!checkRequired(name, path, errors)) return
  if (name && name.length > 63) errors.tooLong(path, 63)
  checkSubdomain(name?.toLowerCase(), path, errors)
}

const validateCsi = (
  source: CSIVolumeSource & Partial<CSIPersistentVolumeSource>,
  path: string,
  errors: FieldErrors,
): void => {
  checkCsiDriverName(source.driver, `${path}.driver`, errors)
  const secret = source.nodePublishSecretRef
  if (secret) checkRequired(secret.name, `${path}.nodePublishSecretRef.name`, errors)
}

/** Fields without which a source of that name cannot work. */
const requiredFields: {readonly [source: string]: readonly string[]} = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  quobyte: ['registry', 'volume'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  local: ['path'],
}

const isMissing = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

export const validateNetworkStorage = (name: string, sources: object, place: Place, errors: FieldErrors): void => {
  const source = (sources as {[name: string]: unknown})[name]
  if (typeof source !== 'object' || source === null) return
  if (name === 'hostPath') validateHostPath(source as HostPathVolumeSource, place, errors)
  if (name === 'nfs') validateNfs(source as NFSVolumeSource, place.path, errors)
  if (name === 'iscsi') validateIscsi(source as ISCSIVolumeSource, place.path, errors)
  if (name === 'fc') validateFc(source as FCVolumeSource, place.path, errors)
  if (name === 'csi') validateCsi(source as CSIVolumeSource, place.path, errors)
  for (const field of requiredFields[name] ?? [])
    if (isMissing((source as {[field: string]: unknown})[field])) errors.required(`${place.path}.${field}`)
}
