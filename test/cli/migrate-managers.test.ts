import assert from 'node:assert/strict'
import {test} from 'node:test'
import {upgradedEntries} from '../../src/cli/apply/migrate-managers.ts'

const update = {
  manager: 'kubectl-client-side-apply',
  operation: 'Update',
  apiVersion: 'v1',
  fieldsV1: {'f:data': {'f:a': {}}},
}
const apply = {manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', fieldsV1: {'f:data': {'f:b': {}}}}
const other = {manager: 'other', operation: 'Update', apiVersion: 'v1', fieldsV1: {'f:data': {'f:c': {}}}}
const clientSide = new Set(['kubectl-client-side-apply'])

test('what the client-side manager owned goes over to the server-side one', () => {
  assert.deepEqual(upgradedEntries([apply, update, other], clientSide, 'kubectl'), [
    {...apply, fieldsV1: {'f:data': {'f:b': {}, 'f:a': {}}}},
    other,
  ])
})

test('without a server-side manager the client-side one becomes it', () => {
  assert.deepEqual(upgradedEntries([other, update], clientSide, 'mine'), [
    other,
    {...update, manager: 'mine', operation: 'Apply'},
  ])
})

test('entries of a subresource and of other managers stay, and nothing to do is said', () => {
  const status = {...update, subresource: 'status'}
  assert.equal(upgradedEntries([apply, other, status], clientSide, 'kubectl'), undefined)
})
