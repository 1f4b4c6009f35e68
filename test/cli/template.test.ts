import assert from 'node:assert/strict'
import {test} from 'node:test'
import {compileTemplate} from '../../src/cli/template/template.ts'
import {seeded} from '../../src/lib/random.ts'

const data = {
  kind: 'ConfigMap',
  metadata: {name: 'x'},
  n: 1_000_000,
  data: {a: '1', b: '2', enc: 'aGVsbG8='},
  items: [{p: 80}, {p: 81}],
  none: [],
}
const run = (text: string, missingKeyIsError = false): string =>
  compileTemplate(text, {name: 'output', missingKeyIsError})(data)

const cases: [string, string][] = [
  ['{{range $k, $v := .data}}{{$k}}={{$v}};{{end}}', 'a=1;b=2;enc=aGVsbG8=;'],
  ['{{len .data}} {{index .data "a"}}', '3 1'],
  ['{{.data.enc | base64decode}}', 'hello'],
  ['{{.data.zzz}}', '<no value>'],
  ['{{.data.zzz.deeper}}', '<no value>'],
  ['{{.n}} {{(index .items 0).p}}', '1000000 80'],
  ['{{if eq .kind "ConfigMap"}}yes{{else}}no{{end}}', 'yes'],
  ['{{if .none}}a{{else if .data}}b{{else}}c{{end}}', 'b'],
  ['{{printf "%s/%s %q %5.1f|%-4s|" .kind .metadata.name "q" 2.24 "l"}}', 'ConfigMap/x "q"   2.2|l   |'],
  ['a {{- " b " -}} c', 'a b c'],
  ['{{range .items}}{{if eq .p 80}}{{continue}}{{end}}{{.p}}{{end}}', '81'],
  ['{{range .none}}x{{else}}empty{{end}}', 'empty'],
  ['{{with .metadata}}{{.name}}{{end}}{{/* nothing */}}', 'x'],
  ['{{define "t"}}[{{.}}]{{end}}{{template "t" .kind}}', '[ConfigMap]'],
  ['{{$x := 1}}{{$x = 2}}{{$x}} {{and 1 0}} {{or 0 "z"}} {{not true}}', '2 0 z false'],
  ['{{if exists .data "a"}}has{{end}} {{html "<&>"}}', 'has &lt;&amp;&gt;'],
]
for (const [text, expected] of cases)
  test(`the template ${text} prints ${JSON.stringify(expected)}`, () => {
    assert.equal(run(text), expected)
  })

const failures: [string, string][] = [
  ['{{range .oops}', "template: output:1: bad character U+007D '}'"],
  ['{{nope .}}', 'template: output:1: function "nope" not defined'],
  [
    '{{eq .kind 1}}',
    'template: output:1:2: executing "output" at <eq .kind 1>: error calling eq: incompatible types for comparison: string and int',
  ],
  ['{{if .a}}', 'template: output:1: unexpected EOF'],
]
for (const [text, message] of failures)
  test(`the template ${text} is refused`, () => {
    assert.throws(() => run(text), {message})
  })
test('a missing key is an error where that was asked for', () => {
  assert.throws(() => run('{{.data.zzz}}', true), {
    message: 'template: output:1:7: executing "output" at <.data.zzz>: map has no entry for key "zzz"',
  })
})
test('random templates print or are refused, and always come to an end', () => {
  const seed = 7
  const random = seeded(seed)
  const pieces = [
    '{{',
    '}}',
    '.data',
    '.',
    ' ',
    '|',
    'len',
    'range',
    'end',
    'if',
    'else',
    '"a"',
    '1',
    '(',
    ')',
    '$x',
    ':=',
    '-',
    '`',
    'index',
    'eq',
    '/*',
    '*/',
  ]
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({length: 9}, () => pieces[Math.floor(random.next() * pieces.length)] ?? '').join('')
    try {
      run(text)
    } catch (error) {
      assert.ok(
        error instanceof Error && error.name === 'TemplateError',
        `seed ${seed}: ${text}: ${error instanceof Error ? error.stack : ''}`,
      )
    }
  }
})
