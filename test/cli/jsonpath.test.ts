import assert from 'node:assert/strict'
import {test} from 'node:test'
import {printJsonPath, printJsonPathAsJson} from '../../src/cli/jsonpath/print.ts'
import {seeded} from '../../src/lib/random.ts'

const service = {
  kind: 'Service',
  metadata: {name: 's', labels: {app: 'jp'}},
  data: {k: 'v1', 'dotted.key': 'dv'},
  spec: {
    ports: [
      {name: 'x', port: 80},
      {name: 'why', port: 81, protocol: 'UDP'},
      {name: 'z', port: 8080},
    ],
  },
}
const print = (template: string): string => printJsonPath(template, {allowMissing: true})(service)

const cases: [string, string][] = [
  ['{.data.k}', 'v1'],
  ['{.data.dotted\\.key}{"\\n"}', 'dv\n'],
  ["{.data['k','dotted\\.key']}", 'v1 dv'],
  ['{range .spec.ports[*]}{.name}{"\\t"}{.port}{"\\n"}{end}', 'x\t80\nwhy\t81\nz\t8080\n'],
  ['{.spec.ports[?(@.name=="why")].port}', '81'],
  ['{.spec.ports[?(@.port>80)].name}', 'why z'],
  ['{.spec.ports[?(@.protocol)].name}', 'why'],
  ['{.spec.ports[-1:].name} {.spec.ports[0:2].name}', 'z x why'],
  ['{..port}', '80 81 8080'],
  ['{.metadata.labels}', '{"app":"jp"}'],
  ['{.missing}', ''],
  ['{.items[0]}', ''],
  ['literal {.kind}, {"quoted"}', 'literal Service, quoted'],
]
for (const [template, text] of cases)
  test(`the JSONPath ${template} prints ${JSON.stringify(text)}`, () => {
    assert.equal(print(template), text)
  })

test('results as JSON are one list an action', () => {
  assert.equal(
    printJsonPathAsJson('{.spec.ports[*].name}', {allowMissing: true})(service),
    '[\n    "x",\n    "why",\n    "z"\n]\n',
  )
})
test('broken templates are refused in words', () => {
  assert.throws(() => print('{.data.k'), {message: 'unclosed action'})
  assert.throws(() => print('{.spec.ports[9].name}'), {message: 'array index out of bounds: index 9, length 3'})
  assert.throws(() => printJsonPath('{.missing}', {allowMissing: false})(service), {message: 'missing is not found'})
})
test('random templates print or are refused, and always come to an end', () => {
  const seed = 99
  const random = seeded(seed)
  const pieces = [
    '{',
    '}',
    '.a',
    '[',
    ']',
    '*',
    '?(@',
    ')',
    '..',
    '"x"',
    'range ',
    'end',
    ':',
    '-1',
    '==',
    '>',
    "'",
    ',',
    '.spec',
    '.ports',
  ]
  for (let round = 0; round < 5000; round++) {
    const template = Array.from({length: 8}, () => pieces[Math.floor(random.next() * pieces.length)] ?? '').join('')
    try {
      print(template)
    } catch (error) {
      assert.ok(error instanceof Error && error.name === 'JsonPathError', `seed ${seed}: ${template}: ${String(error)}`)
    }
  }
})
