import assert from 'node:assert/strict'
import {X509Certificate} from 'node:crypto'
import {statSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {openPki} from '../../src/apiserver/pki/pki.ts'
import {tempFolder} from '../helpers/temp.ts'

test('certificates are signed by the authority, private, and the same at the next start', async () => {
  using folder = tempFolder()
  const first = await openPki({folder: folder.path, serverNames: ['10.96.0.1']})
  const second = await openPki({folder: folder.path})
  assert.deepEqual(second.admin, first.admin)
  assert.deepEqual(second.serviceAccount, first.serviceAccount)
  const ca = new X509Certificate(first.caCertificate)
  const server = new X509Certificate(first.server.certificate)
  const admin = new X509Certificate(first.admin.certificate)
  assert.ok(server.verify(ca.publicKey) && admin.verify(ca.publicKey) && ca.ca)
  assert.ok(server.checkIP('10.96.0.1') && server.checkHost('kubernetes.default.svc'))
  assert.equal(admin.subject, 'O=system:masters\nCN=admin')
  assert.equal(statSync(join(folder.path, 'ca.key')).mode & 0o777, 0o600)
})

test('a name with commas and equal signs stays one name', async () => {
  const pki = await openPki()
  const {certificate} = await pki.issueClient({name: 'a,CN=b', groups: []})
  assert.equal(new X509Certificate(certificate).toLegacyObject().subject.CN, 'a,CN=b')
})
