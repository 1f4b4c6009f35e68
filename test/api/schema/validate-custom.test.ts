import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FieldErrors} from '../../../src/api/field-errors.ts'
import type {Schema} from '../../../src/api/schema/contract.ts'
import {hasFormat} from '../../../src/api/schema/formats.ts'
import {validateSchema} from '../../../src/api/schema/validate.ts'

const complaints = (value: unknown, schema: Schema): string[] => {
  const errors = new FieldErrors()
  validateSchema(value, schema, 'a', errors)
  return errors.list.map(({message}) => message)
}

test('choices that are no text are shown as text', () => {
  assert.deepEqual(complaints(3, {type: 'integer', enum: [1, 2]}), ['Unsupported value: 3: supported values: "1", "2"'])
  assert.deepEqual(complaints('c', {type: 'string', nullable: true, enum: ['a', null]}), [
    'Unsupported value: "c": supported values: "a", "null"',
  ])
})

const durations: readonly (readonly [string, boolean])[] = [
  ['1h30m', true],
  ['0', true],
  ['-1.5s', true],
  ['5 days', true],
  ['2weeks', true],
  ['5x', false],
  ['h', false],
  ['', false],
]

for (const [text, is] of durations)
  test(`${JSON.stringify(text)} is ${is ? 'a' : 'no'} duration`, () => assert.equal(hasFormat(text, 'duration'), is))
