// Node
import {nodes} from '../../resources.ts'
import type {Node} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, wideColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {nodeStrategy, validateNodeStatus} from './node-rules.ts'

const rolePrefix = 'node-role.kubernetes.io/'

const statusCell = ({spec, status}: Node): string => {
  const ready = status?.conditions?.find(({type}) => type === 'Ready')
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state
}

const rolesOf = ({metadata}: Node): string[] => {
  const roles = Object.entries(metadata?.labels ?? {}).flatMap(([label, value]) => {
    if (label.startsWith(rolePrefix)) return [label.slice(rolePrefix.length)]
    return label === 'kubernetes.io/role' ? [value] : []
  })
  return [...new Set(roles.filter((role) => role !== ''))].sort()
}

const addressOf = ({status}: Node, type: string): string =>
  status?.addresses?.find((address) => address.type === type)?.address ?? '<none>'

export const nodeKind = defineKind<Node>({
  resource: nodes,
  strategy: nodeStrategy,
  selectableFields: {'spec.unschedulable': ({spec}) => String(spec?.unschedulable ?? false)},
  columns: [
    nameColumn,
    column('Status', (node) => statusCell(node), {description: 'The status of the node'}),
    column('Roles', (node) => rolesOf(node).join(',') || '<none>', {description: 'The roles of the node'}),
    ageColumn,
    column('Version', ({status}) => status?.nodeInfo?.kubeletVersion ?? '', {doc: 'status.nodeInfo.kubeletVersion'}),
    wideColumn('Internal-IP', (node) => addressOf(node, 'InternalIP'), {doc: 'status.addresses'}),
    wideColumn('External-IP', (node) => addressOf(node, 'ExternalIP'), {doc: 'status.addresses'}),
    wideColumn('OS-Image', ({status}) => status?.nodeInfo?.osImage || '<unknown>', {doc: 'status.nodeInfo.osImage'}),
    wideColumn('Kernel-Version', ({status}) => status?.nodeInfo?.kernelVersion || '<unknown>', {
      doc: 'status.nodeInfo.kernelVersion',
    }),
    wideColumn('Container-Runtime', ({status}) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>', {
      doc: 'status.nodeInfo.containerRuntimeVersion',
    }),
  ],
  subresources: {
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      speaks: {group: '', version: 'v1', kind: 'NodeProxyOptions'},
    },
    status: {...statusSubresource, validateUpdate: validateNodeStatus},
  },
})
