// Runs groups, a few at a time, and gives what differed.
import type {Group} from './expand.ts'
import {type Difference, differences, type Sides} from './side-by-side.ts'

export const runGroups = async (
  sides: Sides,
  groups: readonly Group[],
  report: (difference: Difference) => void,
): Promise<number> => {
  const queue = [...groups.entries()]
  let steps = 0
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, group] = next
      for (const difference of await differences(sides, group, `work-${process.pid}-${index}`)) report(difference)
      steps += group.steps.length
    }
  }
  await Promise.all([worker(), worker(), worker()])
  return steps
}
