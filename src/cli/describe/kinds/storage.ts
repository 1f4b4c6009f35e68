import {ageOf} from '../../../api/meta/human-duration.ts'
import {
  csiNodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
  volumeAttributesClasses,
} from '../../../api/resources.ts'
import type {NodeSelectorTerm, PersistentVolumeClaim, VolumeNodeAffinity} from '../../../api/schema/types.gen.ts'
import {longTime, mapText, writeAnnotations, writeLabels} from '../common.ts'
import {type DescribeContext, describing} from '../describer.ts'
import {writeEvents} from '../events.ts'
import type {Page} from '../page.ts'
import {writeVolumeSource} from '../volumes.ts'

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const accessModes = (modes: readonly string[] | undefined): string =>
  [...new Set(modes ?? [])].map((mode) => shortModes[mode] ?? mode).join(',')

const termText = ({matchExpressions}: NodeSelectorTerm): string[] =>
  (matchExpressions ?? []).map(({key, operator, values}) =>
    operator === 'Exists' || operator === 'DoesNotExist'
      ? `${key} ${operator === 'Exists' ? 'exists' : 'does not exist'}`
      : `${key} ${operator === 'In' ? 'in' : operator === 'NotIn' ? 'not in' : operator} [${(values ?? []).join(', ')}]`,
  )

const writeAffinity = (page: Page, affinity: VolumeNodeAffinity | undefined): void => {
  if (!affinity) {
    page.line(0, 'Node Affinity:', '<none>')
    return
  }
  page.line(0, 'Node Affinity:', '')
  if (!affinity.required) {
    page.line(1, 'Required Terms:', '<none>')
    return
  }
  page.line(1, 'Required Terms:', '')
  affinity.required.nodeSelectorTerms.forEach((term, at) => {
    const lines = termText(term)
    if (lines.length === 0) page.line(2, `Term ${at}:`, '<none>')
    lines.forEach((line, row) => {
      page.line(row === 0 ? 2 : 3, row === 0 ? `Term ${at}:` : '', line)
    })
  })
}

export const volumeDescriber = describing(persistentVolumes, async (page, volume, context) => {
  const {metadata, spec, status} = volume
  page.line(0, 'Name:', metadata.name)
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Finalizers:', `[${(metadata.finalizers ?? []).join(' ')}]`)
  page.line(0, 'StorageClass:', spec?.storageClassName ?? '')
  if (metadata.deletionTimestamp)
    page.line(0, 'Status:', `Terminating (lasts ${ageOf(metadata.deletionTimestamp, context.nowMs)})`)
  else page.line(0, 'Status:', status?.phase ?? '')
  page.line(0, 'Claim:', spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '')
  page.line(0, 'Reclaim Policy:', spec?.persistentVolumeReclaimPolicy ?? '')
  page.line(0, 'Access Modes:', accessModes(spec?.accessModes))
  if (spec?.volumeMode) page.line(0, 'VolumeMode:', spec.volumeMode)
  page.line(0, 'Capacity:', spec?.capacity?.storage ?? '')
  writeAffinity(page, spec?.nodeAffinity)
  page.line(0, 'Message:', status?.message ?? '')
  page.line(0, 'Source:')
  writeVolumeSource(page, 2, (spec ?? {}) as Record<string, unknown>)
  await writeEvents(page, volume, context)
})

const usedBy = async ({metadata}: PersistentVolumeClaim, {client}: DescribeContext): Promise<string[]> => {
  const {items} = await client.list(pods, {namespace: metadata?.namespace})
  const isUser = items.filter(({spec, metadata: {name}}) =>
    spec?.volumes?.some(
      (volume) =>
        volume.persistentVolumeClaim?.claimName === metadata?.name ||
        (volume.ephemeral && `${name}-${volume.name}` === metadata?.name),
    ),
  )
  return isUser.map(({metadata: {name}}) => name)
}

export const claimDescriber = describing(persistentVolumeClaims, async (page, claim, context) => {
  const {metadata, spec, status} = claim
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(
    0,
    'StorageClass:',
    spec?.storageClassName ?? metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? '',
  )
  if (metadata.deletionTimestamp)
    page.line(0, 'Status:', `Terminating (lasts ${ageOf(metadata.deletionTimestamp, context.nowMs)})`)
  else page.line(0, 'Status:', status?.phase ?? '')
  page.line(0, 'Volume:', spec?.volumeName ?? '')
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Finalizers:', `[${(metadata.finalizers ?? []).join(' ')}]`)
  page.line(0, 'Capacity:', spec?.volumeName ? (status?.capacity?.storage ?? '') : '')
  page.line(0, 'Access Modes:', spec?.volumeName ? accessModes(status?.accessModes) : '')
  if (spec?.volumeMode) page.line(0, 'VolumeMode:', spec.volumeMode)
  if (spec?.dataSource) {
    page.line(0, 'DataSource:')
    if (spec.dataSource.apiGroup) page.line(1, 'APIGroup:', spec.dataSource.apiGroup)
    page.line(1, 'Kind:', spec.dataSource.kind)
    page.line(1, 'Name:', spec.dataSource.name)
  }
  const users = await usedBy(claim, context).catch(() => undefined)
  if (users?.length === 0) page.line(0, 'Used By:', '<none>')
  else
    users?.forEach((name, at) => {
      page.line(0, at === 0 ? 'Used By:' : '', name)
    })
  if (status?.conditions?.length) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type', 'Status', 'LastProbeTime', 'LastTransitionTime', 'Reason', 'Message')
    page.line(1, '----', '------', '-----------------', '------------------', '------', '-------')
    for (const {type, status: state, lastProbeTime, lastTransitionTime, reason, message} of status.conditions)
      page.line(
        1,
        `${type} `,
        `${state} `,
        `${longTime(lastProbeTime)} `,
        `${longTime(lastTransitionTime)} `,
        `${reason ?? ''} `,
        message ?? '',
      )
  }
  await writeEvents(page, claim, context)
})

export const storageClassDescriber = describing(storageClasses, async (page, storageClass, context) => {
  const {
    metadata,
    provisioner,
    parameters,
    allowVolumeExpansion,
    mountOptions,
    reclaimPolicy,
    volumeBindingMode,
    allowedTopologies,
  } = storageClass
  page.line(0, 'Name:', metadata.name)
  page.line(
    0,
    'IsDefaultClass:',
    metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ? 'Yes' : 'No',
  )
  page.line(0, 'Annotations:', mapText(metadata.annotations) || '<none>')
  page.line(0, 'Provisioner:', provisioner)
  page.line(0, 'Parameters:', mapText(parameters) || '<none>')
  page.line(
    0,
    'AllowVolumeExpansion:',
    allowVolumeExpansion === undefined ? '<unset>' : allowVolumeExpansion ? 'True' : 'False',
  )
  if (!mountOptions?.length) page.line(0, 'MountOptions:', '<none>')
  else {
    page.line(0, 'MountOptions:')
    for (const option of mountOptions) page.line(1, option)
  }
  if (reclaimPolicy) page.line(0, 'ReclaimPolicy:', reclaimPolicy)
  if (volumeBindingMode) page.line(0, 'VolumeBindingMode:', volumeBindingMode)
  if (allowedTopologies) {
    page.line(0, 'AllowedTopologies:')
    allowedTopologies.forEach(({matchLabelExpressions}, at) => {
      const lines = (matchLabelExpressions ?? []).map(({key, values}) => `${key} in [${values.join(', ')}]`)
      lines.forEach((line, row) => {
        page.line(row === 0 ? 1 : 2, row === 0 ? `Term ${at}:` : '', line)
      })
    })
  }
  await writeEvents(page, storageClass, context)
})

export const attributesClassDescriber = describing(volumeAttributesClasses, async (page, attributes, context) => {
  page.line(0, 'Name:', attributes.metadata.name)
  page.line(0, 'Annotations:', mapText(attributes.metadata.annotations) || '<none>')
  page.line(0, 'DriverName:', attributes.driverName)
  page.line(0, 'Parameters:', mapText(attributes.parameters) || '<none>')
  await writeEvents(page, attributes, context)
})

export const csiNodeDescriber = describing(csiNodes, async (page, node, context) => {
  const {metadata, spec} = node
  page.line(0, 'Name:', metadata.name)
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp))
  page.line(0, 'Spec:')
  if (spec.drivers.length > 0) {
    page.line(1, 'Drivers:')
    for (const {name, nodeID, allocatable, topologyKeys} of spec.drivers) {
      page.line(2, `${name}:`)
      page.line(3, 'Node ID:', nodeID)
      if (allocatable?.count !== undefined) {
        page.line(3, 'Allocatables:')
        page.line(4, 'Count:', allocatable.count)
      }
      if (topologyKeys?.length) page.line(3, 'Topology Keys:', `[${topologyKeys.join(' ')}]`)
    }
  }
  await writeEvents(page, node, context)
})
