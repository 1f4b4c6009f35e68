// `node test/differential/hunt.ts REAL-KUBECONFIG MINI-KUBECONFIG [words]`: all cases against two running clusters, every difference shown.
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {seeded} from '../../src/lib/random.ts'
import {miniProgram} from '../helpers/cluster.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {tempFolder} from '../helpers/temp.ts'
import {groupsIn, sample} from './expand.ts'
import {type Difference, differences, type Outcome, type Sides} from './side-by-side.ts'

const [realConfig = '', miniConfig = '', words = '', count = '0', seed = '1'] = process.argv.slice(2)
const folder = join(import.meta.dirname, 'cases')
const all = globSync('*.txt', {cwd: folder})
  .sort()
  .flatMap((file) => groupsIn(file, readFileSync(join(folder, file), 'utf8')))
  .filter(({name}) => words === '' || words.split(',').some((word) => name.startsWith(word)))
const chosen = Number(count) > 0 ? sample(seeded(Number(seed)), all, Number(count)) : all

const lines = (mark: string, {code, stdout, stderr}: Outcome): string[] => [
  ...stdout.split('\n').map((line) => `${mark}> ${line}`),
  ...stderr.split('\n').map((line) => `${mark}! ${line}`),
  `${mark}= ${code}`,
]

const show = ({group, step, real, mini}: Difference): void => {
  console.log(`\n## ${group}  ${step}`)
  const [one, other] = [lines('-', real), lines('+', mini)]
  const plain = (line: string): string => line.slice(1)
  let start = 0
  while (start < one.length && start < other.length && plain(one[start] ?? '') === plain(other[start] ?? '')) start++
  let end = 0
  while (
    end < Math.min(one.length, other.length) - start &&
    plain(one.at(-1 - end) ?? '') === plain(other.at(-1 - end) ?? '')
  )
    end++
  const cut = (list: string[]): string[] => list.slice(start, list.length - end).slice(0, 14)
  console.log([...cut(one), ...cut(other)].map((line) => line.slice(0, 400)).join('\n'))
}

using work = tempFolder('hunt-')
const sides: Sides = {
  folder: work.path,
  real: {program: [await realKubectl()], kubeconfig: realConfig},
  mini: {program: [process.env.HUNT_MINI ?? miniProgram, 'kubectl', '--'], kubeconfig: miniConfig},
  readNamespace: 'rich',
}
const queue = [...chosen.entries()]
let steps = 0
let bad = 0
const worker = async (): Promise<void> => {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [index, group] = next
    const found = await differences(sides, group, `w${process.pid}x${index}`)
    steps += group.steps.length
    bad += found.length
    found.forEach(show)
  }
}
await Promise.all([worker(), worker()])
console.log(`\n${steps} commands, ${bad} differ`)
