// Pod

import {pods} from '../../resources.ts'
import type {Pod} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {podColumns} from './pod-columns.ts'

export const podKind = defineKind<Pod>({
  resource: pods,
  columns: podColumns,
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
