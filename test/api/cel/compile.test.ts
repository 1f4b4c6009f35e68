import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type Budget, CelError, compileCel, ExpressionError, environmentOf} from '../../../src/api/cel/compile.ts'
import {structType, type Type, typeFrom, types} from '../../../src/api/cel/language/type.ts'
import {adapt} from '../../../src/api/cel/values/adapt.ts'

const object = structType(
  'Thing',
  (name) => ({name: types.string, size: types.int, tags: typeFrom('list(string)')})[name],
)

const env = environmentOf({
  variables: new Map<string, Type>([
    ['self', types.dyn],
    ['thing', object],
    ['i', types.int],
    ['s', types.string],
    ['m', typeFrom('map(string, int)')],
    ['l', typeFrom('list(int)')],
  ]),
})

const variables = {
  self: adapt({a: 1, b: 'x', c: [1, 2, 3], d: {e: 1.5}, n: null, empty: {}}),
  i: 5n,
  s: 'text',
  m: adapt({k: 1}),
  l: [1n, 2n, 3n],
}

const run = (text: string): unknown => compileCel(text, env).run(variables)

const problem = (text: string): string => {
  try {
    run(text)
  } catch (error) {
    if (error instanceof ExpressionError || error instanceof CelError) return error.message
    throw error
  }
  return 'none'
}

const truths = [
  'self.a == 1 && self.b == "x"',
  'self.c.all(x, x > 0) && self.c.exists(x, x == 2) && self.c.exists_one(x, x == 3)',
  'self.c.map(x, x * 2) == [2, 4, 6] && self.c.filter(x, x > 1) == [2, 3]',
  'self.c.map(x, x > 1, x + 1) == [3, 4]',
  'has(self.a) && !has(self.z) && has(self.d.e)',
  'self.z == 1 || self.a == 1',
  '!(self.a != 1 && self.z == 1)',
  '[1, 0].exists(x, 1 / x == 1)',
  'self.?z.orValue(7) == 7 && self.?a.hasValue()',
  'self[?"a"].value() == 1 && {?"x": self.?z, "y": 1} == {"y": 1}',
  '[?self.?z, 1] == [1]',
  'self.?d.?e.orValue(0.0) == 1.5',
  'self.?a.optMap(x, x + 1).value() == 2',
  '1 < 1.5 && 2u > 1 && dyn(3) == 3.0',
  '"b" in {"b": 1} && 2 in [1, 2]',
  "'abc'.matches('^a.c$') && 'abc'.find('b.') == 'bc' && 'a1b2'.findAll('[0-9]') == ['1', '2']",
  '"%s has %d (%.2f)".format([dyn("a"), dyn(3), dyn(1.5)]) == "a has 3 (1.50)"',
  "'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b' && 'abc'.substring(1) == 'bc'",
  "'tacocat'.indexOf('co') == 2 && 'TÉ'.lowerAscii() == 'tÉ' && 'abc'.charAt(1) == 'b' && ' x '.trim() == 'x'",
  '[3, 1].min() == 1 && [1, 2].sum() == 3 && [1, 2].isSorted() && [1, 2, 1].lastIndexOf(1) == 2',
  'sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1]) && sets.intersects([1], [1, 2])',
  "quantity('1Ki').isGreaterThan(quantity('1k')) && quantity('500m').add(quantity('0.5')).compareTo(quantity('1')) == 0",
  "quantity('2').asInteger() == 2 && !isQuantity('2x') && quantity('1').sub(1).sign() == 0",
  "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3') && ip('::1').isLoopback()",
  "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
  "ip.isCanonical('::1') && !ip.isCanonical('0:0:0:0:0:0:0:1') && isIP('1.2.3.4') && !isCIDR('x')",
  "url('https://a:80/p?q=1').getHost() == 'a:80' && url('https://a/p?q=1').getQuery() == {'q': ['1']}",
  "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('v1.2', true).minor() == 2 && !isSemver('1.2')",
  "!format.dns1123Label().validate('abc').hasValue() && format.dns1123Label().validate('A').value().size() > 0",
  "duration('1h') > duration('59m') && timestamp('2024-01-01T00:00:00Z').getFullYear() == 2024",
  "timestamp('2024-01-01T00:30:00Z').getHours('America/New_York') == 19 && duration('90m').getHours() == 1",
  "string(timestamp('2024-01-01T00:00:00Z') + duration('1m')) == '2024-01-01T00:01:00Z'",
  'math.greatest(1, 2, 3) == 3 && math.ceil(1.2) == 2.0 && math.abs(-3) == 3 && math.bitAnd(6, 3) == 2',
  "[1, 2].all(i, v, i < v) && {'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
  "['x'].transformList(i, v, v + string(i)) == ['x0'] && {'a': 'b'}.transformMapEntry(k, v, {v: k}) == {'b': 'a'}",
  "[{'n': 2}, {'n': 1}].sortBy(x, x.n)[0].n == 1 && [3, 1, 2].sort() == [1, 2, 3] && [1, 1].distinct() == [1]",
  'type(1) == int && type("x") == string && type(type(1)) == type',
  "int('42') == 42 && string(1) == '1' && double(1) == 1.0 && uint(1) == 1u && bytes('a') == b'a'",
  "jsonpatch.escapeKey('a/b~c') == 'a~1b~0c' && cel.bind(x, 1, x + x) == 2",
  "r'\\d' == '\\\\d' && '\\x41\\u0042' == 'AB' && \"\"\"a\nb\"\"\" == 'a\\nb'",
  '(true ? 1 : 2) == 1 && -i == -5 && - 2 + 1 == -1 && 7 % 4 == 3',
  'dyn(self.n) == null && size(self.empty) == 0 && m.k == 1 && m["k"] == 1',
]

for (const text of truths) test(`holds: ${text}`, () => assert.equal(run(text), true))

const problems: readonly (readonly [string, string])[] = [
  ['thing.x', "ERROR: <input>:1:6: undefined field 'x'\n | thing.x\n | .....^"],
  ['foo', "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^"],
  ['foo(1)', "ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo(1)\n | ...^"],
  ['i + s', "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | i + s\n | ..^"],
  [
    's.startsWith(1)',
    "ERROR: <input>:1:13: found no matching overload for 'startsWith' applied to 'string.(int)'\n | s.startsWith(1)\n | ............^",
  ],
  ['s.x', "ERROR: <input>:1:2: type 'string' does not support field selection\n | s.x\n | .^"],
  ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
  [
    'i.all(x, true)',
    "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | i.all(x, true)\n | ^",
  ],
  [
    'l.all(x, x.startsWith("a"))',
    `ERROR: <input>:1:22: found no matching overload for 'startsWith' applied to 'int.(string)'\n | l.all(x, x.startsWith("a"))\n | .....................^`,
  ],
  ['thing.', "ERROR: <input>:1:7: Syntax error: no viable alternative at input '.'\n | thing.\n | ......^"],
  [
    'i +',
    "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | i +\n | ...^",
  ],
  ['1 2', "ERROR: <input>:1:3: Syntax error: extraneous input '2' expecting <EOF>\n | 1 2\n | ..^"],
  ['(1', "ERROR: <input>:1:3: Syntax error: missing ')' at '<EOF>'\n | (1\n | ..^"],
  ['has(i)', 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(i)\n | ....^'],
  ['self.z', 'no such key: z'],
  ['self.c[5]', 'index out of bounds: 5'],
  ['1 / 0', 'division by zero'],
  ['self.b + 1', 'no such overload'],
  ['9223372036854775807 + 1', 'integer overflow'],
  ["int('x')", 'strconv.ParseInt: parsing "x": invalid syntax'],
]

for (const [text, message] of problems)
  test(`says what is wrong with ${text}`, () => assert.equal(problem(text), message))

test('an expression that does too much is stopped', () => {
  const budget: Budget = {left: 10_000_000}
  const many = '[0,1,2,3,4,5,6,7,8,9]'
  const deep = `${many}.all(a, ${many}.all(b, ${many}.all(c, ${many}.all(d, ${many}.all(e, a + b + c + d + e >= 0)))))`
  assert.throws(() => compileCel(deep, env).run(variables, budget), /actual cost limit exceeded/)
  assert.ok(budget.left < 9_000_000)
})

test('patterns that are slow on other engines are not slow here', () => {
  const start = performance.now()
  assert.equal(compileCel(`'${'a'.repeat(50)}!'.matches('^(a+)+$')`, env).run(variables), false)
  assert.ok(performance.now() - start < 1000)
})
