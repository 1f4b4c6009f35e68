// Pod
import {pods} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const podKind = defineKind({
  resource: pods,
  columns: [nameColumn, ageColumn],
  subresources: {
    attach: {verbs: ['create', 'get'], speaks: {group: '', version: 'v1', kind: 'PodAttachOptions'}},
    binding: {verbs: ['create'], speaks: {group: '', version: 'v1', kind: 'Binding'}},
    ephemeralcontainers: {verbs: ['get', 'patch', 'update']},
    eviction: {verbs: ['create'], speaks: {group: 'policy', version: 'v1', kind: 'Eviction'}},
    exec: {verbs: ['create', 'get'], speaks: {group: '', version: 'v1', kind: 'PodExecOptions'}},
    log: {verbs: ['get']},
    portforward: {verbs: ['create', 'get'], speaks: {group: '', version: 'v1', kind: 'PodPortForwardOptions'}},
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      speaks: {group: '', version: 'v1', kind: 'PodProxyOptions'},
    },
    resize: {verbs: ['get', 'patch', 'update']},
    status: {verbs: ['get', 'patch', 'update']},
  },
})
