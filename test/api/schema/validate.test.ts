import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FieldErrors} from '../../../src/api/field-errors.ts'
import type {Schema, ValueRules} from '../../../src/api/schema/contract.ts'
import {validateSchema, validateUniqueItems} from '../../../src/api/schema/validate.ts'

const field = (type: Schema['type'], rules: ValueRules = {}, more: Partial<Schema> = {}): Schema => ({
  type,
  rules,
  ...more,
})
const inSpec = (schema: Schema): Schema => ({
  type: 'object',
  properties: {spec: {type: 'object', properties: {f: schema}}},
})

const check = (value: unknown, schema: Schema): string[] => {
  const errors = new FieldErrors()
  const object = {apiVersion: 'x/v1', kind: 'X', metadata: {name: 'x'}, spec: {f: value}}
  validateSchema(object, inSpec(schema), '', errors)
  validateUniqueItems(object, inSpec(schema), '', errors)
  return errors.list.map(({field: path, message}) => `${path}: ${message}`)
}

const complaint = (detail: string, path = 'spec.f'): string => `${path}: ${detail}`
const table: readonly [value: unknown, schema: Schema, expected: readonly string[]][] = [
  ['red', field('string', {}, {enum: ['red', 'blue']}), []],
  [
    'green',
    field('string', {}, {enum: ['red', 'blue']}),
    [complaint('Unsupported value: "green": supported values: "red", "blue"')],
  ],
  [
    99,
    field('integer', {maximum: 10}),
    [complaint('Invalid value: 99: spec.f in body should be less than or equal to 10')],
  ],
  [
    1,
    field('integer', {minimum: 1, exclusiveMinimum: true}),
    [complaint('Invalid value: 1: spec.f in body should be greater than 1')],
  ],
  [3, field('integer', {multipleOf: 2}), [complaint('Invalid value: 3: spec.f in body should be a multiple of 2')]],
  [1, field('number'), []],
  [1.5, field('integer'), [complaint('Invalid value: "number": spec.f in body must be of type integer: "number"')]],
  [true, field('string'), [complaint('Invalid value: "boolean": spec.f in body must be of type string: "boolean"')]],
  [
    true,
    field('any', {}, {format: 'int-or-string'}),
    [complaint('Invalid value: "boolean": spec.f in body must be of type integer,string: "boolean"')],
  ],
  [null, field('string'), [complaint('Invalid value: "null": spec.f in body must be of type string: "null"')]],
  [null, field('string', {}, {nullable: true}), []],
  [
    'BAD1',
    field('string', {pattern: '^[a-z]+$'}),
    [complaint(`Invalid value: "BAD1": spec.f in body should match '^[a-z]+$'`)],
  ],
  [
    `${'a'.repeat(40)}!`,
    field('string', {pattern: '^(a+)+$'}),
    [complaint(`Invalid value: "${'a'.repeat(40)}!": spec.f in body should match '^(a+)+$'`)],
  ],
  ['abc', field('string', {maxLength: 2}), [complaint('Too long: may not be more than 2 bytes')]],
  [
    'a',
    field('string', {minLength: 2}),
    [complaint('Invalid value: "a": spec.f in body should be at least 2 chars long')],
  ],
  [
    'yesterday',
    field('string', {}, {format: 'date-time'}),
    [complaint('Invalid value: "yesterday": spec.f in body must be of type date-time: "yesterday"')],
  ],
  ['1.2.3.4', field('string', {}, {format: 'ipv4'}), []],
  [[1, 2, 3], field('array', {maxItems: 2}), [complaint('Too many: 3: must have at most 2 items')]],
  [
    [1, 1],
    field('array', {uniqueItems: true}),
    [complaint("Invalid value: [1,1]: spec.f in body shouldn't contain duplicates")],
  ],
  [
    ['a', 1],
    field('array', {}, {items: field('string')}),
    [complaint('Invalid value: "integer": spec.f[1] in body must be of type string: "integer"', 'spec.f[1]')],
  ],
  [{}, field('object', {}, {required: ['name']}), [complaint('Required value', 'spec.f.name')]],
  [{a: 1, b: 2}, field('object', {maxProperties: 1}), [complaint('Too many: 2: must have at most 1 items')]],
  [
    {k: 'x'},
    field('object', {}, {values: field('integer')}),
    [complaint('Invalid value: "string": spec.f.k in body must be of type integer: "string"', 'spec.f.k')],
  ],
  [
    5,
    field('any', {anyOf: [field('string'), field('boolean')]}),
    [
      complaint('Invalid value: "": "spec.f" must validate at least one schema (anyOf)'),
      complaint('Invalid value: "integer": spec.f in body must be of type string: "integer"'),
    ],
  ],
  [
    5,
    field('integer', {oneOf: [field('any', {minimum: 1}), field('any', {minimum: 2})]}),
    [
      complaint(
        'Invalid value: "": "spec.f" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ),
    ],
  ],
  [
    5,
    field('integer', {not: field('any', {minimum: 1})}),
    [complaint('Invalid value: "": "spec.f" must not validate the schema (not)')],
  ],
  [
    [
      {name: 'a', v: 1},
      {name: 'a', v: 2},
    ],
    field('array', {}, {listType: 'map', listMapKeys: ['name']}),
    [complaint('Duplicate value: {"name":"a"}', 'spec.f[1]')],
  ],
  [['a', 'b', 'a'], field('array', {}, {listType: 'set'}), [complaint('Duplicate value: "a"', 'spec.f[2]')]],
]
for (const [value, schema, expected] of table)
  test(`${JSON.stringify(value).slice(0, 60)} in ${JSON.stringify(schema).slice(0, 90)}: ${expected[0] ?? 'fine'}`, () => {
    assert.deepEqual(check(value, schema), expected)
  })
