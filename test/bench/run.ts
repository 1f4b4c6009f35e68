// `npm run bench [-- words]`: the benchmarks whose name contains one of the words; all without any. Each prints its table.
import {globSync} from 'node:fs'

const words = process.argv.slice(2)
const files = globSync('*.bench.ts', {cwd: import.meta.dirname})
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
if (files.length === 0) throw new Error(`no benchmark matches ${words.join(' ')}`)
for (const file of files) await import(`./${file}`)
