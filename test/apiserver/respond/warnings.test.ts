import assert from 'node:assert/strict'
import {test} from 'node:test'
import {warningHeaders} from '../../../src/apiserver/respond/warnings.ts'

test('warnings are whole while they are few, cut and left out when they are many', () => {
  assert.deepEqual(warningHeaders(new Set()), {})
  assert.deepEqual(warningHeaders(new Set(['a "b"'])), {warning: ['299 - "a \\"b\\""']})
  const many = new Set(Array.from({length: 30}, (_, index) => `${index} ${'x'.repeat(500)}`))
  const {warning = []} = warningHeaders(many)
  assert.ok(warning.length > 10 && warning.length < 30)
  assert.ok(warning.every((text) => text.length < 270))
})
