// Some messages show a whole value as the server holds it: Go's names of all its fields, in Go's order, absent ones as
// null or zero. Here is that form of the few types that appear in messages.

import {podStructs} from './go-pod-struct.ts'

type Zero = null | '' | '0' | 0 | false
/** Go's name, the API's name, and what stands for an absent value: or of which type (or list of which type) it is. */
export type Field = readonly [
  goName: string,
  name: string,
  zero: Zero | {readonly of: string} | {readonly listOf: string},
]

const structs: {readonly [type: string]: readonly Field[]} = {
  ...podStructs,
  SeccompProfile: [
    ['Type', 'type', ''],
    ['LocalhostProfile', 'localhostProfile', null],
  ],
  Capabilities: [
    ['Add', 'add', null],
    ['Drop', 'drop', null],
  ],
  SecurityContext: [
    ['Capabilities', 'capabilities', {of: '*Capabilities'}],
    ['Privileged', 'privileged', null],
    ['SELinuxOptions', 'seLinuxOptions', null],
    ['WindowsOptions', 'windowsOptions', null],
    ['RunAsUser', 'runAsUser', null],
    ['RunAsGroup', 'runAsGroup', null],
    ['RunAsNonRoot', 'runAsNonRoot', null],
    ['ReadOnlyRootFilesystem', 'readOnlyRootFilesystem', null],
    ['AllowPrivilegeEscalation', 'allowPrivilegeEscalation', null],
    ['ProcMount', 'procMount', null],
    ['SeccompProfile', 'seccompProfile', {of: '*SeccompProfile'}],
    ['AppArmorProfile', 'appArmorProfile', null],
  ],
  Toleration: [
    ['Key', 'key', ''],
    ['Operator', 'operator', ''],
    ['Value', 'value', ''],
    ['Effect', 'effect', ''],
    ['TolerationSeconds', 'tolerationSeconds', null],
  ],
  ServicePort: [
    ['Name', 'name', ''],
    ['Protocol', 'protocol', ''],
    ['AppProtocol', 'appProtocol', null],
    ['Port', 'port', 0],
    ['TargetPort', 'targetPort', 0],
    ['NodePort', 'nodePort', 0],
  ],
  Taint: [
    ['Key', 'key', ''],
    ['Value', 'value', ''],
    ['Effect', 'effect', ''],
    ['TimeAdded', 'timeAdded', null],
  ],
  PodResourceClaim: [
    ['Name', 'name', ''],
    ['ResourceClaimName', 'resourceClaimName', null],
    ['ResourceClaimTemplateName', 'resourceClaimTemplateName', null],
  ],
  RoleRef: [
    ['APIGroup', 'apiGroup', ''],
    ['Kind', 'kind', ''],
    ['Name', 'name', ''],
  ],
  PodDisruptionBudgetSpec: [
    ['MinAvailable', 'minAvailable', null],
    ['Selector', 'selector', null],
    ['MaxUnavailable', 'maxUnavailable', null],
    ['UnhealthyPodEvictionPolicy', 'unhealthyPodEvictionPolicy', null],
  ],
  StatefulSetUpdateStrategy: [
    ['Type', 'type', ''],
    ['RollingUpdate', 'rollingUpdate', {of: '*RollingUpdateStatefulSetStrategy'}],
  ],
  RollingUpdateStatefulSetStrategy: [
    ['Partition', 'partition', 0],
    ['MaxUnavailable', 'maxUnavailable', null],
  ],
  PersistentVolumeClaimSpec: [
    ['AccessModes', 'accessModes', null],
    ['Selector', 'selector', null],
    ['Resources', 'resources', {of: 'VolumeResourceRequirements'}],
    ['VolumeName', 'volumeName', ''],
    ['StorageClassName', 'storageClassName', null],
    ['VolumeMode', 'volumeMode', null],
    ['DataSource', 'dataSource', {of: '*TypedObjectReference'}],
    ['DataSourceRef', 'dataSourceRef', {of: '*TypedObjectReference'}],
    ['VolumeAttributesClassName', 'volumeAttributesClassName', null],
  ],
  VolumeResourceRequirements: [
    ['Limits', 'limits', null],
    ['Requests', 'requests', null],
  ],
  TypedObjectReference: [
    ['APIGroup', 'apiGroup', null],
    ['Kind', 'kind', ''],
    ['Name', 'name', ''],
    ['Namespace', 'namespace', null],
  ],
}

/** The value as that Go type would be written; a type with `*` may be absent. */
export const goText = (type: string, value: object | undefined): unknown => {
  const name = type.replace('*', '')
  if (value === undefined && type.startsWith('*')) return null
  const given = (value ?? {}) as {readonly [field: string]: unknown}
  return Object.fromEntries(
    (structs[name] ?? []).map(([goName, field, zero]) => {
      const own = given[field]
      if (zero !== null && typeof zero === 'object')
        return [goName, 'of' in zero ? goText(zero.of, own as object | undefined) : goList(zero.listOf, own)]
      return [goName, own ?? zero]
    }),
  )
}

const goList = (type: string, items: unknown): unknown =>
  Array.isArray(items) && items.length > 0 ? items.map((item) => goText(type, item as object)) : null
