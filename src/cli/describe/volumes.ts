// What a pod's volumes are: one entry a kind of source, in the order it is looked for.
import type {CSIVolumeSource, ProjectedVolumeSource, Volume} from '../../api/schema/types.gen.ts'
import {mapText, sortedEntries, writeLines} from './common.ts'
import type {Page} from './page.ts'

type Rows = readonly (readonly [string, string | number | boolean])[]

const optional = (value: boolean | undefined): readonly [string, boolean] => ['Optional', value ?? false]
const reference = (value: {readonly name?: string | undefined} | undefined): string =>
  value ? `&LocalObjectReference{Name:${value.name ?? ''},}` : 'nil'
const projected = ({sources = []}: ProjectedVolumeSource): Rows =>
  sources.flatMap((source): Rows => {
    if (source.secret) return [['SecretName', source.secret.name ?? ''], optional(source.secret.optional)]
    if (source.downwardAPI) return [['DownwardAPI', true]]
    if (source.configMap) return [['ConfigMapName', source.configMap.name ?? ''], optional(source.configMap.optional)]
    if (source.serviceAccountToken)
      return [['TokenExpirationSeconds', source.serviceAccountToken.expirationSeconds ?? 3600]]
    if (source.clusterTrustBundle?.name) return [['ClusterTrustBundle', source.clusterTrustBundle.name]]
    if (source.clusterTrustBundle) return [['ClusterTrustBundle signer', source.clusterTrustBundle.signerName ?? '']]
    return []
  })

const csi = ({
  driver,
  fsType,
  readOnly,
  volumeAttributes,
  volumeHandle,
}: CSIVolumeSource & {readonly volumeHandle?: string}): Rows => {
  const [first = '<none>', ...more] = sortedEntries(volumeAttributes).map(([key, value]) => `    ${key}=${value}`)
  return [
    ['Driver', driver],
    ['FSType', fsType ?? ''],
    // Only a persistent volume has one.
    ...(volumeHandle === undefined ? [] : [['VolumeHandle', volumeHandle] as const]),
    ['ReadOnly', readOnly ?? false],
    ['VolumeAttributes', [first, ...more.map((line) => `        \t${line}`)].join('\n')],
  ]
}

type Sources = Readonly<Record<string, unknown>>

/** By the name of the source: what it is, and its rows. The same for pods and, but for references, for volumes. */
const sources: Readonly<Record<string, {readonly type: string; readonly rows: (source: never) => Rows}>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    rows: ({path, type}: NonNullable<Volume['hostPath']>) => [
      ['Path', path],
      ['HostPathType', type ?? '<none>'],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    rows: ({medium, sizeLimit}: NonNullable<Volume['emptyDir']>) => [
      ['Medium', medium ?? ''],
      ['SizeLimit', sizeLimit && sizeLimit !== '0' ? sizeLimit : '<unset>'],
    ],
  },
  gcePersistentDisk: {
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    rows: ({pdName, fsType, partition, readOnly}: NonNullable<Volume['gcePersistentDisk']>) => [
      ['PDName', pdName],
      ['FSType', fsType ?? ''],
      ['Partition', partition ?? 0],
      ['ReadOnly', readOnly ?? false],
    ],
  },
  awsElasticBlockStore: {
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    rows: ({volumeID, fsType, partition, readOnly}: NonNullable<Volume['awsElasticBlockStore']>) => [
      ['VolumeID', volumeID],
      ['FSType', fsType ?? ''],
      ['Partition', partition ?? 0],
      ['ReadOnly', readOnly ?? false],
    ],
  },
  gitRepo: {
    type: 'GitRepo (a volume that is pulled from git when the pod is created)',
    rows: ({repository, revision}: NonNullable<Volume['gitRepo']>) => [
      ['Repository', repository],
      ['Revision', revision ?? ''],
    ],
  },
  secret: {
    type: 'Secret (a volume populated by a Secret)',
    rows: ({secretName, optional: maybe}: NonNullable<Volume['secret']>) => [
      ['SecretName', secretName ?? ''],
      optional(maybe),
    ],
  },
  configMap: {
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    rows: ({name, optional: maybe}: NonNullable<Volume['configMap']>) => [['Name', name ?? ''], optional(maybe)],
  },
  nfs: {
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    rows: ({server, path, readOnly}: NonNullable<Volume['nfs']>) => [
      ['Server', server],
      ['Path', path],
      ['ReadOnly', readOnly ?? false],
    ],
  },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    rows: (source: NonNullable<Volume['iscsi']>) => [
      ['TargetPortal', source.targetPortal],
      ['IQN', source.iqn],
      ['Lun', source.lun],
      ['ISCSIInterface', source.iscsiInterface ?? 'default'],
      ['FSType', source.fsType ?? ''],
      ['ReadOnly', source.readOnly ?? false],
      ['Portals', `[${(source.portals ?? []).join(' ')}]`],
      ['DiscoveryCHAPAuth', source.chapAuthDiscovery ?? false],
      ['SessionCHAPAuth', source.chapAuthSession ?? false],
      ['SecretRef', reference(source.secretRef)],
      ['InitiatorName', source.initiatorName ?? '<none>'],
    ],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    rows: ({endpoints, path, readOnly}: NonNullable<Volume['glusterfs']>) => [
      ['EndpointsName', endpoints],
      ['Path', path],
      ['ReadOnly', readOnly ?? false],
    ],
  },
  persistentVolumeClaim: {
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    rows: ({claimName, readOnly}: NonNullable<Volume['persistentVolumeClaim']>) => [
      ['ClaimName', claimName],
      ['ReadOnly', readOnly ?? false],
    ],
  },
  local: {
    type: 'LocalVolume (a persistent volume backed by local storage on a node)',
    rows: ({path}: {readonly path: string}) => [['Path', path]],
  },
  image: {
    type: 'Image (a container image or OCI artifact)',
    rows: ({reference: name, pullPolicy}: NonNullable<Volume['image']>) => [
      ['Reference', name ?? ''],
      ['PullPolicy', pullPolicy ?? ''],
    ],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    rows: (source: NonNullable<Volume['rbd']>) => [
      ['CephMonitors', `[${source.monitors.join(' ')}]`],
      ['RBDImage', source.image],
      ['FSType', source.fsType ?? ''],
      ['RBDPool', source.pool ?? 'rbd'],
      ['RadosUser', source.user ?? 'admin'],
      ['Keyring', source.keyring ?? '/etc/ceph/keyring'],
      ['SecretRef', reference(source.secretRef)],
      ['ReadOnly', source.readOnly ?? false],
    ],
  },
  downwardAPI: {type: 'DownwardAPI (a volume populated by information about the pod)', rows: () => []},
  azureDisk: {
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    rows: (source: NonNullable<Volume['azureDisk']>) => [
      ['DiskName', source.diskName],
      ['DiskURI', source.diskURI],
      ['Kind', source.kind ?? 'Shared'],
      ['FSType', source.fsType ?? 'ext4'],
      ['CachingMode', source.cachingMode ?? 'ReadWrite'],
      ['ReadOnly', source.readOnly ?? false],
    ],
  },
  azureFile: {
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    rows: (source: NonNullable<Volume['azureFile']>) => [
      ['SecretName', source.secretName],
      ['ShareName', source.shareName],
      ['ReadOnly', source.readOnly ?? false],
    ],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    rows: (source: NonNullable<Volume['cephfs']>) => [
      ['Monitors', `[${source.monitors.join(' ')}]`],
      ['Path', source.path ?? '/'],
      ['User', source.user ?? 'admin'],
      ['SecretFile', source.secretFile ?? '/etc/ceph/user.secret'],
      ['SecretRef', reference(source.secretRef)],
      ['ReadOnly', source.readOnly ?? false],
    ],
  },
  fc: {
    type: 'FC (a Fibre Channel disk)',
    rows: (source: NonNullable<Volume['fc']>) => [
      ['TargetWWNs', (source.targetWWNs ?? []).join(', ')],
      ['LUN', source.lun ?? '<none>'],
      ['FSType', source.fsType ?? ''],
      ['ReadOnly', source.readOnly ?? false],
    ],
  },
  flexVolume: {
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    rows: (source: NonNullable<Volume['flexVolume']>) => [
      ['Driver', source.driver],
      ['FSType', source.fsType ?? ''],
      ['SecretRef', reference(source.secretRef)],
      ['ReadOnly', source.readOnly ?? false],
      [
        'Options',
        mapText(source.options) === ''
          ? 'map[]'
          : `map[${mapText(source.options).replaceAll('=', ':').replaceAll(',', ' ')}]`,
      ],
    ],
  },
  projected: {
    type: 'Projected (a volume that contains injected data from multiple sources)',
    rows: projected as (source: never) => Rows,
  },
  csi: {type: 'CSI (a Container Storage Interface (CSI) volume source)', rows: csi as (source: never) => Rows},
}

const downwardItems = (page: Page, level: number, items: NonNullable<Volume['downwardAPI']>['items']): void => {
  page.line(level, 'Items:')
  for (const {path, fieldRef, resourceFieldRef} of items ?? []) {
    if (fieldRef) page.line(level + 1, `${fieldRef.fieldPath} -> ${path}`)
    if (resourceFieldRef) page.line(level + 1, `${resourceFieldRef.resource} -> ${path}`)
  }
}

const writeEphemeral = (
  page: Page,
  level: number,
  {volumeClaimTemplate: template}: NonNullable<Volume['ephemeral']>,
): void => {
  page.line(
    level,
    'Type:',
    'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
  )
  if (!template) return
  page.line(level, 'StorageClass:', template.spec.storageClassName ?? '')
  page.line(level, 'Volume:', template.spec.volumeName ?? '')
  const inner = '    '
  writeLines(
    page,
    'Labels',
    sortedEntries(template.metadata?.labels).map(([key, value]) => `${inner}${key}=${value}`),
    level,
    `${inner}<none>`,
  )
  writeLines(
    page,
    'Annotations',
    sortedEntries(template.metadata?.annotations).map(([key, value]) => `${inner}${key}: ${value}`),
    level,
    `${inner}<none>`,
  )
  // Only a claim that is bound says these.
  const isBound = Boolean(template.spec.volumeName)
  page.line(level, 'Capacity:', (isBound && template.spec.resources?.requests?.storage) || '')
  page.line(level, 'Access Modes:', isBound ? (template.spec.accessModes ?? []).join(',') : '')
  page.line(level, 'VolumeMode:', template.spec.volumeMode ?? 'Filesystem')
}

/** The source of a pod's volume or of a persistent volume. */
export const writeVolumeSource = (page: Page, level: number, holder: Sources): void => {
  const name = Object.keys(sources).find((known) => holder[known])
  if (holder.ephemeral && !name) {
    writeEphemeral(page, level, holder.ephemeral as NonNullable<Volume['ephemeral']>)
    return
  }
  const known = name === undefined ? undefined : sources[name]
  if (!known || name === undefined) {
    page.line(level, '<unknown>')
    return
  }
  page.line(level, 'Type:', known.type)
  for (const [title, value] of known.rows(holder[name] as never)) page.line(level, `${title}:`, value)
  if (name === 'downwardAPI')
    downwardItems(page, level, (holder.downwardAPI as NonNullable<Volume['downwardAPI']>).items)
}

export const writeVolumes = (page: Page, volumes: readonly Volume[] | undefined, space: string): void => {
  if (!volumes || volumes.length === 0) {
    page.line(0, `${space}Volumes:`, '<none>')
    return
  }
  page.line(0, `${space}Volumes:`)
  for (const volume of volumes) {
    page.line(1, `${space && ' '}${volume.name}:`)
    writeVolumeSource(page, 2, volume as unknown as Sources)
  }
}
