// CertificateSigningRequest

import {humanDuration} from '../../meta/human-duration.ts'
import {certificateSigningRequests} from '../../resources.ts'
import type {CertificateSigningRequest} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {
  certificateSigningRequestStrategy,
  prepareApproval,
  prepareStatus,
  validateApproval,
  validateStatus,
} from './certificatesigningrequest-rules.ts'

const conditionCell = ({status}: CertificateSigningRequest): string => {
  const has = (name: string): boolean => status?.conditions?.some(({type}) => type === name) ?? false
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return [decision, has('Failed') ? 'Failed' : '', status?.certificate ? 'Issued' : ''].filter(Boolean).join(',')
}

export const certificateSigningRequestKind = defineKind<CertificateSigningRequest>({
  resource: certificateSigningRequests,
  strategy: certificateSigningRequestStrategy,
  selectableFields: {'spec.signerName': ({spec}) => spec.signerName},
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', ({spec}) => spec.signerName, {doc: 'spec.signerName'}),
    column('Requestor', ({spec}) => spec.username ?? '', {doc: 'spec.request'}),
    column(
      'RequestedDuration',
      ({spec}) => (spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000)),
      {doc: 'spec.expirationSeconds'},
    ),
    column('Condition', conditionCell, {doc: 'status.conditions'}),
  ],
  subresources: {
    approval: {
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: prepareApproval,
      validateUpdate: validateApproval,
    },
    status: {
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: prepareStatus,
      validateUpdate: validateStatus,
    },
  },
})
