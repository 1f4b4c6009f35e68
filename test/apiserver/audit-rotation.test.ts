import assert from 'node:assert/strict'
import {existsSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {AuditLog} from '../../src/apiserver/observe/audit.ts'
import type {Call} from '../../src/apiserver/request/call.ts'
import {tempFolder} from '../helpers/temp.ts'

const call = {
  request: {method: 'GET', url: '/api/v1/pods', headers: {}},
  info: {
    isResource: true,
    verb: 'list',
    plural: 'pods',
    group: '',
    version: 'v1',
    namespace: '',
    name: '',
    subresource: '',
  },
  user: {name: 'ann', groups: []},
  userAgent: '',
  local: false,
  annotations: new Map(),
} as unknown as Call

test('a long audit log is set aside and goes on in a new file', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'audit.log')
  writeFileSync(file, 'x'.repeat(33 * 1024 * 1024))
  {
    await using log = new AuditLog(file, (error) => assert.fail(error))
    log.write({call, auditId: 'a', code: 200, receivedMs: 0, finishedMs: 0, reason: undefined})
  }
  assert.ok(statSync(`${file}.1`).size > 32 * 1024 * 1024)
  assert.ok(existsSync(file) && statSync(file).size < 1000)
})
