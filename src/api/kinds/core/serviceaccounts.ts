// ServiceAccount

import {serviceAccounts} from '../../resources.ts'
import type {ServiceAccount} from '../../schema/types.gen.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const serviceAccountKind = defineKind<ServiceAccount>({
  resource: serviceAccounts,
  columns: [nameColumn, ageColumn],
  subresources: {
    token: {verbs: ['create'], speaks: {group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest'}},
  },
})
