import assert from 'node:assert/strict'
import {test} from 'node:test'
import {expandText, expandWord, expandWords} from '../../src/runtime/build/dockerfile/expand.ts'
import {parseDockerfile} from '../../src/runtime/build/dockerfile/parse.ts'
import {matchesPattern} from '../../src/runtime/build/dockerfile/pattern.ts'
import {parseIgnore} from '../../src/runtime/build/ignore.ts'

const parse = (text: string) => parseDockerfile(text, 'Dockerfile')
const only = (text: string) => parse(`FROM scratch\n${text}`).stages[0]?.instructions[0]

test('lines are continued over comments and blanks, and keep the number of their first', () => {
  const [stage] = parse(
    '# a comment\n\nFROM scratch AS Base\nRUN one \\\n  # not this\n\n  two \\\n three\nCMD ["x"]\n',
  ).stages
  assert.equal(stage?.name, 'base')
  assert.deepEqual(
    stage?.instructions.map(({name, place, rest}) => [name, place.line, rest.replace(/\s+/g, ' ')]),
    [
      ['RUN', 4, 'one two three'],
      ['CMD', 9, '["x"]'],
    ],
  )
})

test('an escape directive counts only at the top', () => {
  const [stage] = parse('# syntax=docker/dockerfile:1\n# escape=`\nFROM scratch\nRUN a `\n b\\\nRUN c').stages
  assert.deepEqual(
    stage?.instructions.map(({rest}) => rest),
    ['a  b\\', 'c'],
  )
  assert.throws(() => parse('# escape=x\nFROM scratch'), /Dockerfile:1: invalid ESCAPE "x"/)
  assert.equal(parse('FROM scratch\n# escape=`\nRUN a \\\n b').escapes, '\\')
})

test('a shell list in JSON is one, anything else is a shell line', () => {
  assert.deepEqual(only('CMD ["a", "b c"]')?.json, ['a', 'b c'])
  assert.equal(only('CMD [ -f x ] && echo')?.json, undefined)
  assert.equal(only("CMD ['a']")?.json, undefined)
})

test('flags come before the rest, with values in quotes or without values', () => {
  const found = only('COPY --from=base --chown="a b":c --link x y')
  assert.deepEqual(found?.flags, [
    ['from', 'base'],
    ['chown', '"a b":c'],
    ['link', 'true'],
  ])
  assert.equal(found?.rest, 'x y')
})

test('heredocs belong to their line: several, quoted, with tabs taken off, not within quotes', () => {
  const found = only('RUN cat <<EOF >/a && cat <<-"B" >/b\none $x\nEOF\n\ttwo\n\tB')
  assert.deepEqual(found?.heredocs, [
    {name: 'EOF', chomps: false, expands: true, content: 'one $x\n'},
    {name: 'B', chomps: true, expands: false, content: 'two\n'},
  ])
  assert.match(found?.script ?? '', /^cat <<EOF .*\none \$x\nEOF\n\ttwo\n\tB$/)
  assert.deepEqual(only('RUN echo "<<EOF" <<<x')?.heredocs, [])
  assert.throws(() => only('RUN <<EOF\nx'), /Dockerfile:2: unterminated heredoc "EOF"/)
})

test('mistakes are named with file and line', () => {
  assert.throws(() => parse('FROM scratch\n\nFOO x'), /Dockerfile:3: unknown instruction: FOO/)
  assert.throws(() => parse('RUN x'), /Dockerfile:1: no build stage/)
  assert.throws(() => parse('FROM a b'), /Dockerfile:1: FROM requires either one or three arguments/)
  assert.throws(() => parse('FROM a AS 1x'), /Dockerfile:1: invalid name for build stage/)
  assert.throws(() => parse('FROM scratch\nRUN'), /Dockerfile:2: RUN requires at least one argument/)
  assert.throws(() => parse('# nothing'), /FROM is missing/)
})

test('variables: defaults, alternatives, errors, trimming and replacing, quotes and escapes', () => {
  const values = new Map([
    ['x', 'value'],
    ['empty', ''],
    ['path', 'a/b/c.tar.gz'],
  ])
  const how = {variables: (name: string) => values.get(name), escapes: '\\'}
  const cases: readonly (readonly [string, string])[] = [
    ['$x-${x}', 'value-value'],
    ['${none:-other}', 'other'],
    ['${empty:-other}', 'other'],
    ['${empty-other}', ''],
    ['${x:+there}', 'there'],
    ['${empty:+there}', ''],
    ['${none:-${x:+deep}}', 'deep'],
    ['${path##*/}', 'c.tar.gz'],
    ['${path#*/}', 'b/c.tar.gz'],
    ['${path%.*}', 'a/b/c.tar'],
    ['${path%%.*}', 'a/b/c'],
    ['${path/b/X}', 'a/X/c.tar.gz'],
    ['${path//a/X}', 'X/b/c.tXr.gz'],
    ['\\$x', '$x'],
    ["'$x'", '$x'],
    ['"$x b"', 'value b'],
    ['"\\"$x\\""', '"value"'],
    ['a"b"c', 'abc'],
    ['$', '$'],
    ['$.', '$.'],
  ]
  for (const [text, wanted] of cases) assert.equal(expandWord(text, how), wanted, text)
  assert.deepEqual(expandWords('a "b c" $x', how), ['a', 'b c', 'value'])
  assert.equal(expandText('"$x" \\$x \'${x}\'\n', how), '"value" $x \'value\'\n')
  assert.throws(() => expandWord('${none:?is needed}', how), /none: is needed/)
  assert.throws(() => expandWord('${x', how), /unsupported modifier|missing }/)
  assert.throws(() => expandWord('"a', how), /double-quote/)
})

test('patterns match whole names, and a hostile one takes no time', () => {
  for (const [pattern, text] of [
    ['*.txt', 'a.txt'],
    ['a?c', 'abc'],
    ['[a-c]x', 'bx'],
    ['[^a]x', 'bx'],
    ['\\*', '*'],
  ] as const)
    assert.ok(matchesPattern(pattern, text), pattern)
  for (const [pattern, text] of [
    ['*.txt', 'a.txtx'],
    ['[a-c]', 'd'],
    ['a', 'ab'],
  ] as const)
    assert.ok(!matchesPattern(pattern, text), pattern)
  const started = performance.now()
  assert.ok(!matchesPattern(`${'*a'.repeat(40)}b`, 'a'.repeat(5000)))
  assert.ok(performance.now() - started < 1000)
})

test('.dockerignore: the last pattern that matches decides, folders carry what is in them', () => {
  const {ignores, prunes} = parseIgnore('# no\n*.log\n/build/\n**/cache\n!keep.log\ndocs/*\n!docs/a.md\n')
  assert.equal(prunes, false)
  for (const path of ['x.log', 'build', 'build/a/b', 'cache', 'a/b/cache/x', 'docs/b.md'])
    assert.ok(ignores(path), path)
  for (const path of ['keep.log', 'a/x.log', 'src', 'docs', 'docs/a.md', 'mybuild']) assert.ok(!ignores(path), path)
})
