import assert from 'node:assert/strict'
import {test} from 'node:test'
import {readYaml, YamlError} from '../../src/cli/yaml/read.ts'
import {writeYaml} from '../../src/cli/yaml/write.ts'
import {seeded} from '../../src/lib/random.ts'

const written: [string, unknown, string][] = [
  [
    'strings that would be something else are quoted',
    {a: 'yes', b: 'null', c: '1e3', d: '0x1F', p: '~', q: '2024-01-01', v: 'true', w: '12', x: ''},
    'a: "yes"\nb: "null"\nc: "1e3"\nd: "0x1F"\np: "~"\nq: "2024-01-01"\nv: "true"\nw: "12"\nx: ""\n',
  ],
  [
    'signs at the start are quoted singly',
    {e: '- dash', f: 'a: b', g: ' lead', l: '#hash', s: '*star', t: '{brace'},
    "e: '- dash'\nf: 'a: b'\ng: ' lead'\nl: '#hash'\ns: '*star'\nt: '{brace'\n",
  ],
  ['quotes inside stay plain', {j: 'quote"inside', k: "it's"}, 'j: quote"inside\nk: it\'s\n'],
  ['tabs make double quotes', {i: 'tab\there'}, 'i: "tab\\there"\n'],
  ['lines become a block', {m: 'multi\nline', n: 'multi\nline\n'}, 'm: |-\n  multi\n  line\n"n": |\n  multi\n  line\n'],
  ['blanks before a line end make double quotes', {o: 'multi\n\n\nline  \n'}, 'o: "multi\\n\\n\\nline  \\n"\n'],
  ['empty collections stay on the line', {a: [], b: {}}, 'a: []\nb: {}\n'],
  ['lists stand under their key', {a: [{b: 1, c: [2]}]}, 'a:\n- b: 1\n  c:\n  - 2\n'],
  ['keys are ordered by their numbers', {a10: 1, a9: 2, '10': 3, '9': 4}, '"9": 4\n"10": 3\na9: 2\na10: 1\n'],
]
for (const [what, value, text] of written)
  test(`written YAML: ${what}`, () => {
    assert.equal(writeYaml(value), text)
  })

test('a long plain string is folded behind column 80', () => {
  const text =
    'very long text that goes on and on beyond the eighty column limit so that a folding emitter would fold it here'
  assert.equal(writeYaml({data: {u: text}}), `data:\n  u: ${text.replace('folding ', 'folding\n    ')}\n`)
})

test('scalars are read as YAML 1.1 with the octals of 1.2', () => {
  assert.deepEqual(
    readYaml(
      '{a: 012, b: 0o17, c: 1_000, d: 0b11, e: 1e3, g: yes, h: ~, i: 12:30:45, j: 2024-01-01, m: 0x1f, o: +1, y: 018}',
    ),
    {
      a: 10,
      b: 15,
      c: 1000,
      d: 3,
      e: 1000,
      g: true,
      h: null,
      i: '12:30:45',
      j: '2024-01-01',
      m: 31,
      o: 1,
      true: 18,
    },
  )
})
test('the last of two equal keys wins, and merges stand back', () => {
  assert.deepEqual(readYaml('x: &x {k: 1, l: 1}\na: 1\na: 2\ne: {<<: *x, l: 2}'), {
    x: {k: 1, l: 1},
    a: 2,
    e: {k: 1, l: 2},
  })
})
test('a key called __proto__ is a key', () => {
  const value = readYaml('__proto__: {polluted: true}') as object
  assert.deepEqual(Object.keys(value), ['__proto__'])
  assert.equal(({} as {polluted?: boolean}).polluted, undefined)
})
test('aliases that blow up are refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let at = 1; at < 10; at++)
    lines.push(`a${at}: &a${at} [${Array.from({length: 9}, () => `*a${at - 1}`).join(', ')}]`)
  assert.throws(() => readYaml(lines.join('\n')), YamlError)
})
test('what is written is read back, whatever the strings are', () => {
  const seed = 20260
  const random = seeded(seed)
  const alphabet = [
    'a',
    'b',
    ' ',
    '\n',
    ':',
    '#',
    '-',
    "'",
    '"',
    '\\',
    '\t',
    '1',
    '0',
    'é',
    '漢',
    '{',
    '[',
    '*',
    '&',
    '|',
    '%',
    '@',
    '.',
    'y',
    '~',
    '<',
  ]
  for (let round = 0; round < 4000; round++) {
    const string = (): string =>
      Array.from(
        {length: Math.floor(random.next() * 14)},
        () => alphabet[Math.floor(random.next() * alphabet.length)] ?? '',
      ).join('')
    const value = {[`k${string()}`]: string(), list: [string(), {deep: string()}]}
    assert.deepEqual(readYaml(writeYaml(value)), value, `seed ${seed}, round ${round}: ${JSON.stringify(value)}`)
  }
})

const mistakes: [string, string][] = [
  ['s:\n  v: ,a\n', 'line 1: did not find expected node content'],
  ['s:\n  v: >a\n', 'line 2: did not find expected comment or line break'],
  ["s:\n  v: 'a\n", 'line 3: found unexpected end of stream'],
  ['s:\n  v: [\n', 'line 2: did not find expected node content'],
  ['s:\n  v: [a\n', "line 2: did not find expected ',' or ']'"],
  ['s:\n  v: {a\n', "line 2: did not find expected ',' or '}'"],
  ['s:\n  v: %a\n', 'line 2: found character that cannot start any token'],
  ['s:\n  v: a: b\n', 'line 2: mapping values are not allowed in this context'],
  ['s:\n  v: 1\n w: 2\n', 'line 2: did not find expected key'],
  ['s:\n  v: - a\n', 'line 2: block sequence entries are not allowed in this context'],
  ['s:\n\tv: 1\n', 'line 2: found character that cannot start any token'],
  ['s: |\n  \ta\n', 'line 2: found a tab character where an indentation space is expected'],
]
for (const [text, words] of mistakes)
  test(`broken YAML ${JSON.stringify(text)} is refused as libyaml refuses it`, () => {
    assert.throws(() => readYaml(text), {message: `yaml: ${words}`})
  })

test('null is no key', () => {
  assert.throws(() => readYaml('{~: "x"}\n'), {
    message: 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "x"',
  })
})
