// Volumes of pods: one source each, and what each source needs.
import type {FieldErrors} from '../../../field-errors.ts'
import {quantitySign} from '../../../meta/quantity.ts'
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  SecretVolumeSource,
  Volume,
} from '../../../schema/types.gen.ts'
import {checkLabelName, checkOneOf, checkRequired} from '../../checks.ts'
import {validateAnnotations, validateLabels} from '../../metadata.ts'
import {checkFileMode, checkLocalPath, checkUnreservedPath} from '../../paths.ts'
import {validateClaimSpec} from '../validate-claim.ts'
import {validateNetworkStorage} from '../validate-storage-source.ts'
import {validateFieldSelector, validateResourceFieldSelector, volumeFields} from './validate-environment.ts'
import type {Volumes} from './validate-volume-mounts.ts'

const validateItems = (items: readonly KeyToPath[] | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, item] of (items ?? []).entries()) {
    const at = `${path}[${index}]`
    checkRequired(item.key, `${at}.key`, errors)
    if (checkRequired(item.path, `${at}.path`, errors)) checkUnreservedPath(item.path, `${at}.path`, errors)
    checkFileMode(item.mode, `${at}.mode`, errors)
  }
}

const validateDownwardFile = (file: DownwardAPIVolumeFile, path: string, errors: FieldErrors): void => {
  if (checkRequired(file.path, `${path}.path`, errors)) checkUnreservedPath(file.path, `${path}.path`, errors)
  if (file.fieldRef) {
    validateFieldSelector(file.fieldRef, volumeFields, `${path}.fieldRef`, errors)
    if (file.resourceFieldRef)
      errors.invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')
  } else if (file.resourceFieldRef)
    validateResourceFieldSelector(file.resourceFieldRef, 'volume', `${path}.resourceFieldRef`, errors)
  else errors.required(path, 'one of fieldRef and resourceFieldRef is required')
  checkFileMode(file.mode, `${path}.mode`, errors)
}

const validateSecret = (source: SecretVolumeSource, path: string, errors: FieldErrors): void => {
  checkRequired(source.secretName, `${path}.secretName`, errors)
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors)
  validateItems(source.items, `${path}.items`, errors)
}

const validateConfigMap = (source: ConfigMapVolumeSource, path: string, errors: FieldErrors): void => {
  checkRequired(source.name, `${path}.name`, errors)
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors)
  validateItems(source.items, `${path}.items`, errors)
}

type Projection = NonNullable<ProjectedVolumeSource['sources']>[number]

const validateToken = (token: NonNullable<Projection['serviceAccountToken']>, path: string, errors: FieldErrors) => {
  const seconds = token.expirationSeconds ?? 3600
  if (seconds < 600)
    errors.invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')
  if (seconds > 2 ** 32)
    errors.invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')
  if (checkRequired(token.path, `${path}.path`, errors)) checkUnreservedPath(token.path, `${path}.path`, errors)
}

const validateTrustBundle = (
  bundle: NonNullable<Projection['clusterTrustBundle']>,
  path: string,
  errors: FieldErrors,
): void => {
  if (bundle.name !== undefined && bundle.signerName !== undefined)
    errors.invalid(path, bundle, 'only one of name and signerName may be used')
  else if (bundle.name === undefined && bundle.signerName === undefined)
    errors.required(path, 'either name or signerName must be specified')
  if (checkRequired(bundle.path, `${path}.path`, errors)) checkUnreservedPath(bundle.path, `${path}.path`, errors)
}

const filesOf = ({secret, configMap, downwardAPI, serviceAccountToken}: Projection): {path: string; by: string}[] => [
  ...(secret?.items ?? []).map(({path}) => ({path, by: secret?.name ?? ''})),
  ...(configMap?.items ?? []).map(({path}) => ({path, by: configMap?.name ?? ''})),
  ...(downwardAPI?.items ?? []).map(({path}) => ({path, by: path})),
  ...(serviceAccountToken?.path ? [{path: serviceAccountToken.path, by: serviceAccountToken.path}] : []),
]

const validateProjection = (source: Projection, path: string, errors: FieldErrors): void => {
  const {secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate} = source
  if (secret) {
    checkRequired(secret.name, `${path}.secret.name`, errors)
    validateItems(secret.items, `${path}.secret.items`, errors)
  }
  if (configMap) {
    checkRequired(configMap.name, `${path}.configMap.name`, errors)
    validateItems(configMap.items, `${path}.configMap.items`, errors)
  }
  for (const file of downwardAPI?.items ?? []) validateDownwardFile(file, `${path}.downwardAPI`, errors)
  if (serviceAccountToken) validateToken(serviceAccountToken, `${path}.serviceAccountToken`, errors)
  if (clusterTrustBundle) validateTrustBundle(clusterTrustBundle, `${path}.clusterTrustBundle`, errors)
  const given = [secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate].filter(
    Boolean,
  )
  if (given.length > 1) errors.forbidden(path, 'may not specify more than 1 volume type per source')
  if (given.length === 0) errors.required(path, 'must specify a volume type')
}

const validateProjected = (source: ProjectedVolumeSource, path: string, errors: FieldErrors): void => {
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors)
  const paths = new Set<string>()
  for (const [index, projection] of (source.sources ?? []).entries()) {
    validateProjection(projection, `${path}.sources[${index}]`, errors)
    for (const file of filesOf(projection)) {
      if (file.path && paths.has(file.path)) errors.invalid(path, file.by, 'conflicting duplicate paths')
      paths.add(file.path)
    }
  }
}

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

type SourceName = Exclude<keyof Volume, 'name'>
type SourceRule = (volume: Volume, path: string, errors: FieldErrors, podName: string) => void

const rules: {readonly [Name in SourceName]?: SourceRule} = {
  emptyDir: ({emptyDir}, path, errors) => {
    if (emptyDir?.sizeLimit !== undefined && quantitySign(emptyDir.sizeLimit) < 0)
      errors.forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')
  },
  gitRepo: ({gitRepo}, path, errors) => {
    checkRequired(gitRepo?.repository, `${path}.repository`, errors)
    checkLocalPath(gitRepo?.directory ?? '', `${path}.directory`, errors)
  },
  secret: ({secret}, path, errors) => secret && validateSecret(secret, path, errors),
  configMap: ({configMap}, path, errors) => configMap && validateConfigMap(configMap, path, errors),
  persistentVolumeClaim: ({persistentVolumeClaim}, path, errors) =>
    void checkRequired(persistentVolumeClaim?.claimName, `${path}.claimName`, errors),
  downwardAPI: ({downwardAPI}, path, errors) => {
    checkFileMode(downwardAPI?.defaultMode, `${path}.defaultMode`, errors)
    for (const file of downwardAPI?.items ?? []) validateDownwardFile(file, path, errors)
  },
  projected: ({projected}, path, errors) => projected && validateProjected(projected, path, errors),
  ephemeral: ({name, ephemeral}, path, errors, podName) => {
    const template = ephemeral?.volumeClaimTemplate
    if (!template) {
      errors.required(`${path}.volumeClaimTemplate`)
      return
    }
    if (podName && `${podName}-${name}`.length > 253)
      errors.invalid(path, name, `PVC name "${podName}-${name}": must be no more than 253 characters`)
    validateLabels(template.metadata?.labels, `${path}.volumeClaimTemplate.metadata.labels`, errors)
    validateAnnotations(template.metadata?.annotations, `${path}.volumeClaimTemplate.metadata.annotations`, errors)
    validateClaimSpec(template.spec, `${path}.volumeClaimTemplate.spec`, errors)
  },
  image: ({image}, path, errors) => {
    checkRequired(image?.reference, `${path}.reference`, errors)
    checkOneOf(image?.pullPolicy, ['Always', 'IfNotPresent', 'Never'], `${path}.pullPolicy`, errors)
  },
}

/** In Kubernetes' order: only the first source found is looked into. */
const sourceNames: readonly SourceName[] = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
]

const validateSource = (volume: Volume, path: string, podName: string, errors: FieldErrors): void => {
  const given = sourceNames.filter((name) => volume[name] !== undefined)
  for (const [index, name] of given.entries()) {
    if (index > 0) errors.forbidden(`${path}.${name}`, 'may not specify more than 1 volume type')
    else if (rules[name]) rules[name](volume, `${path}.${name}`, errors, podName)
    else validateNetworkStorage(name, volume, {path: `${path}.${name}`, hostPathTypes}, errors)
  }
  if (given.length === 0) errors.required(path, 'must specify a volume type')
}

/** Returns the volumes that containers may mount: those nothing is wrong with. */
export const validateVolumes = (
  volumes: readonly Volume[] | undefined,
  podName: string,
  path: string,
  errors: FieldErrors,
): Volumes => {
  const usable = new Map<string, Volume>()
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = `${path}[${index}]`
    const before = errors.list.length
    validateSource(volume, at, podName, errors)
    if (checkRequired(volume.name, `${at}.name`, errors)) checkLabelName(volume.name, `${at}.name`, errors)
    if (usable.has(volume.name)) errors.duplicate(`${at}.name`, volume.name)
    if (errors.list.length === before) usable.set(volume.name, volume)
  }
  return usable
}
