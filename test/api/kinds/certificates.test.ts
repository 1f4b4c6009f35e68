// What may be written about a certificate request, and by whom.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FieldErrors} from '../../../src/api/field-errors.ts'
import type {CertificateSigningRequest, CertificateSigningRequestStatus} from '../../../src/api/schema/types.gen.ts'
import {certificateRequest} from '../../helpers/certificate-request.ts'
import {complaintsAbout, kindOf, newborn} from './newborn.ts'

const given = async (spec: object = {}): Promise<CertificateSigningRequest> => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: {name: 'c'},
  spec: {request: await certificateRequest(), signerName: 'example.com/s', usages: ['client auth'], ...spec},
})

const complaints = async (part: 'status' | 'approval', status: object, before: object = {}): Promise<string[]> => {
  const subresource = kindOf('certificates.k8s.io/v1', 'CertificateSigningRequest').subresources[part]
  const old = {...newborn(await given()), status: before as CertificateSigningRequestStatus}
  const next = {...structuredClone(old), status: status as CertificateSigningRequestStatus}
  const errors = new FieldErrors()
  subresource?.prepareForUpdate?.(next as never, old as never)
  subresource?.validateUpdate?.(next as never, old as never, errors)
  return errors.list.map(({field, message}) => `${field}: ${message}`)
}

const approved = {type: 'Approved', status: 'True'}
const denied = {type: 'Denied', status: 'True'}
const text = (pem: string): string => Buffer.from(pem).toString('base64')

test('a request names known usages once and a signer of today', async () => {
  const object = await given({
    usages: ['client auth', 'flying', 'client auth'],
    signerName: 'kubernetes.io/legacy-unknown',
  })
  const [unknown = '', ...rest] = complaintsAbout(object)
  assert.match(unknown, /^spec\.usages\[1\]: Unsupported value: "flying": supported values: "any", "cert sign", /)
  assert.deepEqual(rest, [
    'spec.usages[2]: Duplicate value: "client auth"',
    'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
  ])
})

test('a request is approved or denied, not both, and that stands', async () => {
  assert.deepEqual(await complaints('approval', {conditions: [approved]}), [])
  assert.deepEqual(await complaints('approval', {conditions: [approved, denied]}), [
    'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ])
  assert.deepEqual(await complaints('approval', {}, {conditions: [approved]}), [
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ])
  assert.deepEqual(await complaints('approval', {conditions: [{type: 'Approved', status: 'False'}]}), [
    'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
  ])
})

test('a status brings a certificate once and no decision', async () => {
  assert.deepEqual(await complaints('status', {conditions: [approved]}), [
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ])
  assert.deepEqual(await complaints('status', {certificate: text('nothing')}), [
    'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
  ])
  const key = text('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
  assert.deepEqual(await complaints('status', {certificate: key}), [
    'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"',
  ])
  assert.deepEqual(await complaints('status', {}, {certificate: key}), [
    'status.certificate: Forbidden: updates may not modify existing certificate content',
  ])
})
