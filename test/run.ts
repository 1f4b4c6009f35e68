// `npm test [-- words]`: every test whose path contains one of the words (all without any), each file in a process of
// its own, and the totals. `--soak` runs the long ones instead, `--e2e` the matrix of container runtimes.
import {globSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {run} from 'node:test'

const root = new URL('..', import.meta.url).pathname
const args = process.argv.slice(2)
const words = args.filter((arg) => !arg.startsWith('--'))
const isLong = args.includes('--soak') || args.includes('--e2e')
const pattern = args.includes('--soak')
  ? 'test/soak/**/*.soak.ts'
  : args.includes('--e2e')
    ? 'test/e2e/**/*.e2e.ts'
    : 'test/**/*.test.ts'
const files = globSync(pattern, {cwd: root})
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
if (files.length === 0) {
  console.error(`no test matches ${words.join(' ')}`)
  process.exit(1)
}

/** Where the tests of a room began and ended, so that slow rooms show. */
const spent = new Map<string, {tests: number; ms: number}>()
const counts = {passed: 0, failed: 0, skipped: 0}
const started = performance.now()

const describeFailure = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  // What went wrong first, and what went wrong while cleaning up after it.
  if (cause instanceof SuppressedError)
    return `${describeFailure(cause.suppressed)}\nand then: ${describeFailure(cause.error)}`
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

const stream = run({
  files: files.map((file) => `${root}${file}`),
  concurrency: Math.max(2, availableParallelism()),
  timeout: isLong ? 3_600_000 : 240_000,
  forceExit: true,
})
for await (const event of stream) {
  if (event.type === 'test:stderr' && process.env.MINI_TEST_OUTPUT) process.stderr.write(event.data.message)
  if (event.type === 'test:stdout' && (process.env.MINI_TEST_OUTPUT || args.includes('--soak')))
    process.stdout.write(event.data.message)
  if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
  const {data} = event
  const file = (data.file ?? data.name).replace(root, '')
  // Suites and files are not tests; their own failure counts all the same.
  const isTest = data.details.type !== 'suite' && !files.includes(data.name.replace(root, ''))
  if (event.type === 'test:fail') {
    if (!isTest && describeFailure(event.data.details.error).includes('subtest')) continue
    counts.failed += 1
    console.log(`✖ ${file}: ${data.name}\n${describeFailure(event.data.details.error).replace(/^/gm, '    ')}`)
  } else if (isTest) {
    if (data.skip) counts.skipped += 1
    else counts.passed += 1
    if (data.skip) console.log(`- ${file}: ${data.name}: not run: ${data.skip}`)
  }
  if (isTest) {
    const room = file.split('/').slice(0, 2).join('/')
    const sum = spent.get(room) ?? {tests: 0, ms: 0}
    spent.set(room, {tests: sum.tests + 1, ms: sum.ms + data.details.duration_ms})
  }
}

for (const [room, {tests, ms}] of [...spent].sort(([, a], [, b]) => b.ms - a.ms))
  console.log(`${room.padEnd(24)} ${String(tests).padStart(5)} tests ${(ms / 1000).toFixed(1).padStart(8)} s`)
console.log(`${files.length} files in ${((performance.now() - started) / 1000).toFixed(0)} s`)
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
)
process.exit(counts.failed > 0 ? 1 : 0)
