import assert from 'node:assert/strict'
import {test} from 'node:test'
import {canonicalMicroTime, canonicalTime} from '../../../src/api/meta/time.ts'

test('a time is kept in UTC and whole seconds', () => {
  assert.equal(canonicalTime('2024-01-02T03:04:05Z'), '2024-01-02T03:04:05Z')
  assert.equal(canonicalTime('2024-01-02T03:04:05.9+02:00'), '2024-01-02T01:04:05Z')
  assert.equal(canonicalMicroTime('2024-01-02T03:04:05.123456-01:00'), '2024-01-02T04:04:05.123456Z')
})

const micro = '2006-01-02T15:04:05.000000Z07:00'
const wrong: readonly [read: (text: string) => string, text: string, problem: string][] = [
  [canonicalTime, 'yesterday', 'as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'],
  [canonicalTime, '2024-01-02T03:04:05', 'as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"'],
  [canonicalTime, '2024-01-02T03:04:05Zx', ': extra text: "x"'],
  [canonicalTime, '2024-13-02T03:04:05Z', ': month out of range'],
  [canonicalTime, '2023-02-29T03:04:05Z', ': day out of range'],
  [canonicalMicroTime, '2024-01-02T03:04:05+02:00', `as "${micro}": cannot parse "+02:00" as ".000000"`],
  [canonicalMicroTime, '2024-01-02T03:04:05.123456789Z', `as "${micro}": cannot parse "789Z" as "Z07:00"`],
]
for (const [read, text, problem] of wrong)
  test(`${text} is no time: ${problem}`, () => {
    const joint = problem.startsWith(':') ? '' : ' '
    assert.throws(() => read(text), {message: `parsing time ${JSON.stringify(text)}${joint}${problem}`})
  })
