// Where containers see volumes: as directories (mounts) or as block devices.
import type {FieldErrors} from '../../../field-errors.ts'
import type {Container, Volume, VolumeMount} from '../../../schema/types.gen.ts'
import {checkRequired} from '../../checks.ts'
import {checkLocalPath} from '../../paths.ts'

export type Volumes = ReadonlyMap<string, Volume>
type Mounting = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>

const validatePropagation = (mount: VolumeMount, container: Mounting, path: string, errors: FieldErrors): void => {
  const propagation = mount.mountPropagation
  if (propagation === undefined) return
  if (!['Bidirectional', 'HostToContainer', 'None'].includes(propagation))
    errors.notSupported(path, propagation, ['Bidirectional', 'HostToContainer', 'None'])
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged)
    errors.forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')
}

const validateRecursiveReadOnly = (mount: VolumeMount, path: string, errors: FieldErrors): void => {
  const mode = mount.recursiveReadOnly
  if (mode === undefined || mode === 'Disabled') return
  if (mode !== 'Enabled' && mode !== 'IfPossible') {
    errors.notSupported(path, mode, ['Disabled', 'IfPossible', 'Enabled'])
    return
  }
  if (!mount.readOnly) errors.forbidden(path, 'may only be specified when readOnly is true')
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None')
    errors.forbidden(path, 'may only be specified when mountPropagation is None or not specified')
}

const validateSubPaths = (mount: VolumeMount, path: string, at: string, errors: FieldErrors): void => {
  if (mount.subPath) checkLocalPath(mount.subPath, `${path}.subPath`, errors)
  if (!mount.subPathExpr) return
  if (mount.subPath)
    errors.invalid(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive')
  checkLocalPath(mount.subPathExpr, `${path}.subPathExpr`, errors)
}

export const validateVolumeMounts = (
  container: Mounting,
  volumes: Volumes,
  path: string,
  errors: FieldErrors,
): void => {
  const seen = new Set<string>()
  const devices = container.volumeDevices ?? []
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${path}[${index}]`
    checkRequired(mount.name, `${at}.name`, errors)
    if (!volumes.has(mount.name)) errors.notFound(`${at}.name`, mount.name)
    checkRequired(mount.mountPath, `${at}.mountPath`, errors)
    if (seen.has(mount.mountPath)) errors.invalid(`${at}.mountPath`, mount.mountPath, 'must be unique')
    seen.add(mount.mountPath)
    if (devices.some(({name}) => name === mount.name))
      errors.invalid(`${at}.name`, mount.name, 'must not already exist in volumeDevices')
    if (devices.some(({devicePath}) => devicePath === mount.mountPath))
      errors.invalid(`${at}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices')
    validateSubPaths(mount, path, at, errors)
    validatePropagation(mount, container, `${path}.mountPropagation`, errors)
    validateRecursiveReadOnly(mount, `${at}.recursiveReadOnly`, errors)
  }
}

export const validateVolumeDevices = (
  container: Mounting,
  volumes: Volumes,
  path: string,
  errors: FieldErrors,
): void => {
  const names = new Set<string>()
  const paths = new Set<string>()
  const mounts = container.volumeMounts ?? []
  for (const [index, {name, devicePath}] of (container.volumeDevices ?? []).entries()) {
    const at = `${path}[${index}]`
    const volume = volumes.get(name)
    checkRequired(name, `${at}.name`, errors)
    if (names.has(name)) errors.invalid(`${at}.name`, name, 'must be unique')
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.invalid(
        `${at}.name`,
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      )
    if (!volume) errors.notFound(`${at}.name`, name)
    checkRequired(devicePath, `${at}.devicePath`, errors)
    if (paths.has(devicePath)) errors.invalid(`${at}.devicePath`, devicePath, 'must be unique')
    if (devicePath.split('/').includes('..'))
      errors.invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')")
    names.add(name)
    paths.add(devicePath)
    if (mounts.some((mount) => mount.name === name))
      errors.invalid(`${at}.name`, name, 'must not already exist in volumeMounts')
    if (mounts.some(({mountPath}) => mountPath === devicePath))
      errors.invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts')
  }
}
