import assert from 'node:assert/strict'
import {test} from 'node:test'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  quantityMilliValue,
  quantityValue,
  roundQuantityUp,
  subtractQuantities,
  tryParseQuantity,
} from '../../../src/api/meta/quantity.ts'

const canonical: readonly [written: string | number, kept: string][] = [
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1e3', '1e3'],
  ['12E6', '12e6'],
  ['10.0', '10'],
  ['100000k', '100M'],
  ['0.0001', '100u'],
  ['1.5', '1500m'],
  ['2048M', '2048M'],
  [2.5, '2500m'],
  ['100E', '100E'],
  ['9223372036854775808', '9223372036854775807'],
  ['0.0000000001', '1n'],
  ['1023', '1023'],
  ['-1.5Gi', '-1536Mi'],
  ['.5', '500m'],
  ['0Gi', '0'],
]
for (const [written, kept] of canonical)
  test(`the quantity ${written} is kept as ${kept}`, () => {
    assert.equal(canonicalQuantity(written), kept)
  })

const format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const wrong: readonly [written: string, problem: string][] = [
  ['1 cpu', format],
  ['', format],
  ['abc', format],
  ['1Kib', format],
  ['1mm', "unable to parse quantity's suffix"],
  ['1e', "unable to parse quantity's suffix"],
]
for (const [written, problem] of wrong)
  test(`${JSON.stringify(written)} is no quantity: ${problem.slice(0, 40)}`, () => {
    assert.deepEqual(tryParseQuantity(written), {problem})
  })

test('quantities add, subtract and compare exactly whatever their suffix', () => {
  assert.equal(formatQuantity(addQuantities('100m', '0.9')), '1')
  assert.equal(formatQuantity(subtractQuantities('1Gi', '512Mi')), '512Mi')
  assert.equal(formatQuantity(addQuantities('0', '1Ki')), '1Ki')
  assert.equal(compareQuantities('1000m', '1'), 0)
  assert.equal(compareQuantities('1Gi', '1G'), 1)
})

test('amounts round up to thousandths and to whole units', () => {
  assert.equal(formatQuantity(roundQuantityUp('100u')), '1m')
  assert.equal(quantityValue('1500m'), 2)
  assert.equal(quantityMilliValue('0.1'), 100)
})
