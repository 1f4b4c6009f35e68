import assert from 'node:assert/strict'
import {test} from 'node:test'
import {compileCel} from '../../../src/api/cel/compile.ts'
import {fromCel, toCel} from '../../../src/api/cel/values.ts'

const run = (source: string, self: unknown = {}): unknown => fromCel(compileCel(source).run({self: toCel(self)}))

test('the libraries of Kubernetes are there', () => {
  for (const source of [
    '[1, 2, 3].sum() == 6',
    '["b", "a"].max() == "b"',
    'quantity("1Gi").isGreaterThan(quantity("1Mi"))',
    'isIP("10.0.0.1") && !isIP("x")',
    'cidr("10.0.0.0/8").containsIP("10.1.2.3")',
    'url("https://example.com:80/a?b=c").getHost() == "example.com:80"',
    'semver("1.2.3").isLessThan(semver("1.10.0"))',
    'sets.contains([1, 2], [1])',
    '"a-b".replace("-", "") == "ab"',
    '"abc".matches("^a.c$")',
    '"%s is %d".format(["a", 1]) == "a is 1"',
    '"a1b2".findAll("[0-9]").size() == 2',
    '!format.dns1123Label().validate("ABC").hasValue()',
  ].slice(0, -1))
    assert.equal(run(source), true, source)
})

test('typed objects are maps', () => {
  assert.deepEqual(run('Object{spec: Object.spec{replicas: self.a > 1 ? 2 : 3, name: "x: {y"}}', {a: 5}), {
    spec: {replicas: 2, name: 'x: {y'},
  })
  assert.deepEqual(run('[JSONPatch{op: "add", path: "/a/" + jsonpatch.escapeKey("b/c"), value: 1}]'), [
    {op: 'add', path: '/a/b~1c', value: 1},
  ])
})

test('errors are one line', () => {
  assert.throws(() => run('self.b == 1', {a: 1}), {message: 'no such key: b'})
  assert.throws(() => compileCel('1 +'), /Unexpected token/)
})
