import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {type Group, groupsIn} from './expand.ts'
import type {Difference, Outcome} from './side-by-side.ts'

const folder = join(import.meta.dirname, 'cases')

export const allGroups = (): Group[] =>
  globSync('*.txt', {cwd: folder})
    .sort()
    .flatMap((file) => groupsIn(file, readFileSync(join(folder, file), 'utf8')))

const lines = (mark: string, {code, stdout, stderr}: Outcome): string[] => [
  ...stdout.split('\n').map((line) => `${mark}> ${line}`),
  ...stderr.split('\n').map((line) => `${mark}! ${line}`),
  `${mark}= ${code}`,
]

const MOST_LINES = 14

/** Only the lines between the first and the last that differ. */
export const describeDifference = ({group, step, real, mini}: Difference): string => {
  const [one, other] = [lines('-', real), lines('+', mini)]
  const same = (a: string | undefined, b: string | undefined): boolean => a?.slice(1) === b?.slice(1)
  const most = Math.min(one.length, other.length)
  let start = 0
  while (start < most && same(one[start], other[start])) start++
  let end = 0
  while (end < most - start && same(one.at(-1 - end), other.at(-1 - end))) end++
  const cut = (list: string[]): string[] => list.slice(start, list.length - end).slice(0, MOST_LINES)
  const shown = [...cut(one), ...cut(other)].map((line) => line.slice(0, 400))
  return [`## ${group}  ${step}`, ...shown].join('\n')
}
