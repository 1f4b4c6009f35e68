// CertificateSigningRequest
import {certificateSigningRequests} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const certificateSigningRequestKind = defineKind({
  resource: certificateSigningRequests,
  columns: [nameColumn, ageColumn],
  subresources: {
    approval: {verbs: ['get', 'patch', 'update']},
    status: {verbs: ['get', 'patch', 'update']},
  },
})
