import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type Version, writtenBy} from '../../../src/cli/history/versions.ts'

const time = '2026-01-01T00:00:00Z'
const applied = {manager: 'kubectl-client-side-apply', operation: 'Update', time, fieldsV1: {'f:spec': {}}}
const reported = {manager: 'kubelet', operation: 'Update', subresource: 'status', time, fieldsV1: {'f:status': {}}}
const version = (resourceVersion: string, parts: object): Version => ({
  type: 'MODIFIED',
  resourceVersion,
  object: {metadata: {managedFields: [applied, reported]}, ...parts},
})

test('of two who wrote within a second, who writes the part that changed is the writer', () => {
  const first = version('1', {spec: {a: 1}, status: {phase: 'Pending'}})
  assert.equal(writtenBy(version('2', {spec: {a: 1}, status: {phase: 'Running'}}), first), 'kubelet')
  assert.equal(writtenBy(version('2', {spec: {a: 2}, status: {phase: 'Pending'}}), first), 'kubectl-client-side-apply')
})
