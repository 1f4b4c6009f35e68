// Ingress
import {ingresses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const ingressKind = defineKind({
  resource: ingresses,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
