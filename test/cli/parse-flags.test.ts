import assert from 'node:assert/strict'
import {test} from 'node:test'
import {array, bool, duration, int, list, string} from '../../src/cli/definition.ts'
import {parseFlags} from '../../src/cli/parse-flags.ts'
import {seeded} from '../../src/lib/random.ts'

const flags = {
  namespace: string('', {short: 'n'}),
  stdin: bool('', {short: 'i'}),
  tty: bool('', {short: 't'}),
  output: string('', {short: 'o'}),
  'dry-run': string('', {default: 'none', withoutValue: 'unchanged'}),
  tail: int('', {default: -1}),
  since: duration(''),
  'label-columns': list('', {short: 'L'}),
  env: array('', {short: 'e'}),
}

const accepted: [string, string[], Record<string, unknown>, string[]][] = [
  [
    'a value after a space, an equals sign or nothing',
    ['-n', 'a', '-o=yaml', '-Lx'],
    {namespace: 'a', output: 'yaml', 'label-columns': ['x']},
    [],
  ],
  ['letters together', ['-it', 'pod'], {stdin: true, tty: true}, ['pod']],
  ['the last letter of several takes the value', ['-itn', 'x'], {stdin: true, tty: true, namespace: 'x'}, []],
  ['flags between arguments', ['pods', '--namespace=x', 'a'], {namespace: 'x'}, ['pods', 'a']],
  ['a switch with a value', ['--stdin=false', '--tty=1'], {stdin: false, tty: true}, []],
  ['a flag whose value may be absent', ['--dry-run', 'client'], {'dry-run': 'unchanged'}, ['client']],
  ['lists with commas and repeated', ['-L', 'a,b', '-L', '"c,d"'], {'label-columns': ['a', 'b', 'c,d']}, []],
  ['arrays keep commas', ['-e', 'a=b,c', '-e', 'd='], {env: ['a=b,c', 'd=']}, []],
  ['underscores for dashes', ['--dry_run=client'], {'dry-run': 'client'}, []],
  ['a lone dash as an argument', ['-'], {}, ['-']],
  ['everything behind two dashes as arguments', ['x', '--', '-n', '--foo'], {}, ['x', '-n', '--foo']],
  ['durations', ['--since', '1h15m30.5s'], {since: 4_530_500}, []],
]

for (const [what, argv, values, args] of accepted)
  test(`a command line takes ${what}`, () => {
    const parsed = parseFlags(argv, flags)
    for (const [name, value] of Object.entries(values)) assert.deepEqual(parsed.values[name], value)
    assert.deepEqual(parsed.args, args)
  })

const refused: [string[], string][] = [
  [['--foo'], 'unknown flag: --foo'],
  [['--foo=1'], 'unknown flag: --foo'],
  [['-iz'], "unknown shorthand flag: 'z' in -z"],
  [['-n'], "flag needs an argument: 'n' in -n"],
  [['--namespace'], 'flag needs an argument: --namespace'],
  [['--=x'], 'bad flag syntax: --=x'],
  [['--tail=x'], 'invalid argument "x" for "--tail" flag: strconv.ParseInt: parsing "x": invalid syntax'],
  [['-i=x'], 'invalid argument "x" for "-i, --stdin" flag: strconv.ParseBool: parsing "x": invalid syntax'],
  [['--since=1'], 'invalid argument "1" for "--since" flag: time: missing unit in duration "1"'],
  [
    ['-L', '"x'],
    'invalid argument "\\"x" for "-L, --label-columns" flag: parse error on line 1, column 3: extraneous or missing " in quoted-field',
  ],
]

for (const [argv, message] of refused)
  test(`a command line refuses ${argv.join(' ')}`, () => {
    assert.throws(() => parseFlags(argv, flags), {message})
  })

test('a command line of random pieces is parsed or refused, and loses no argument', () => {
  const seed = 4711
  const random = seeded(seed)
  const pieces = [
    '-n',
    '-i',
    '--tty',
    '--tail',
    '3',
    'x',
    '--',
    '-',
    '--dry-run',
    '-ab',
    '=',
    '--namespace=',
    '-L',
    '""',
    '',
  ]
  for (let round = 0; round < 3000; round++) {
    const argv = Array.from({length: 6}, () => pieces[Math.floor(random.next() * pieces.length)] ?? '')
    try {
      const {args} = parseFlags(argv, flags)
      for (const arg of args) assert.ok(argv.includes(arg), `seed ${seed}: ${JSON.stringify(argv)}`)
    } catch (error) {
      assert.ok(error instanceof Error && ['UsageMistake'].includes(error.name), `seed ${seed}: ${String(error)}`)
    }
  }
})
