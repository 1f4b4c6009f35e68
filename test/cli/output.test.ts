import assert from 'node:assert/strict'
import {test} from 'node:test'
import {contentHash} from '../../src/cli/content-hash.ts'
import {formatGoDuration, parseGoDuration} from '../../src/cli/go/duration.ts'
import {alignTabs, describeTabs, tableTabs} from '../../src/cli/go/tabwriter.ts'
import {parseColumns, printColumns} from '../../src/cli/output/custom-columns.ts'
import {compactJson, indentedJson} from '../../src/cli/output/json.ts'
import {writeKyaml} from '../../src/cli/output/kyaml.ts'
import {printTable, type Table} from '../../src/cli/output/table.ts'

test('JSON has sorted keys and escapes what HTML would read', () => {
  assert.equal(compactJson({b: '<&>', a: [1, {}], c: null}), '{"a":[1,{}],"b":"\\u003c\\u0026\\u003e","c":null}')
  assert.equal(indentedJson({b: [], a: {x: 1}}), '{\n    "a": {\n        "x": 1\n    },\n    "b": []\n}')
})
test('KYAML has braces, bare keys and quoted values', () => {
  assert.equal(
    writeKyaml({data: {num: '12', yes: 'no'}, items: [{a: 1}]}),
    '---\n{\n  data: {\n    num: "12",\n    "yes": "no",\n  },\n  items: [{\n    a: 1,\n  }],\n}\n',
  )
})

const table: Table = {
  kind: 'Table',
  columnDefinitions: [
    {name: 'Name', type: 'string', format: 'name'},
    {name: 'Data'},
    {name: 'Age'},
    {name: 'Wide', priority: 1},
  ],
  rows: [
    {cells: ['c1', 0, '5s', 'w'], object: {metadata: {namespace: 'ns', labels: {app: 'web', 'x.test/tier': 'a'}}}},
    {cells: ['longer-name', 12, '10m', 'x\ny'], object: {metadata: {namespace: 'other'}}},
  ],
}
const plain = {wide: false, headers: true, withNamespace: false, showLabels: false, labelColumns: []}
test('a table is aligned with three blanks', () => {
  assert.equal(
    printTable(table, plain),
    'NAME          DATA   AGE\nc1            0      5s\nlonger-name   12     10m\n',
  )
})
test('a table shows namespaces, kinds, labels and wide columns when asked', () => {
  const text = printTable(table, {
    ...plain,
    wide: true,
    withNamespace: true,
    kindPrefix: 'configmap',
    showLabels: true,
    labelColumns: ['x.test/tier'],
  })
  assert.equal(
    text,
    'NAMESPACE   NAME                    DATA   AGE   WIDE   TIER   LABELS\nns          configmap/c1            0      5s    w      a      app=web,x.test/tier=a\nother       configmap/longer-name   12     10m   x...          <none>\n',
  )
})
test('without headers columns are six wide at least', () => {
  assert.equal(
    printTable({...table, rows: [{cells: ['c1', 0, '5s', '']}]}, {...plain, headers: false}),
    'c1    0     5s\n',
  )
})
test('a column is a run of neighbouring lines that have it', () => {
  assert.equal(
    alignTabs('a:\tb\nlong name:\tc\nno tab\nd:\te\n', describeTabs),
    'a:         b\nlong name:  c\nno tab\nd:  e\n'.replace('a:         b', 'a:          b'),
  )
  assert.equal(alignTabs('x\ty\n', tableTabs), 'x     y\n')
})
test('custom columns join many values and show what is missing', () => {
  const objects = [
    {metadata: {name: 'a', labels: {x: '1'}}, spec: {ports: [{port: 10}, {port: 20}]}},
    {metadata: {name: 'bb'}},
  ]
  let text = ''
  printColumns(parseColumns('N:.metadata.name,P:spec.ports[*].port,L:.metadata.labels'), objects, {
    headers: true,
    out: (more) => (text += more),
  })
  assert.equal(text, 'N     P        L\na     10,20    map[x:1]\nbb    <none>   <none>\n')
  assert.throws(() => parseColumns('NAME'), {
    message: 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>',
  })
})
test('the hash behind a generated name is the one kubectl makes', () => {
  assert.equal(contentHash({kind: 'ConfigMap', metadata: {name: 'c'}, data: {a: 'b'}}), 'm4h6ctkgb2')
})
test('durations are read and written as Go has them', () => {
  for (const text of ['1h15m30.918s', '1m0s', '100ms', '0s', '1.5s'])
    assert.equal(formatGoDuration(parseGoDuration(text) as number), text)
  assert.deepEqual(parseGoDuration('1y'), {reason: 'time: unknown unit "y" in duration "1y"'})
})
