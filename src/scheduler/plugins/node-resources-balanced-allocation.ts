// CPU and memory of a node should be used up evenly.
import {MAX_SCORE, type Plugin} from '../framework.ts'

const share = (used: number, whole: number): number => (whole === 0 ? 1 : Math.min(used / whole, 1))

export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score: ({requests}) => {
    if (requests.milliCpu === 0 && requests.memory === 0) return undefined
    return {
      score: ({allocatable, requested}) => {
        const cpu = share(requested.milliCpu + requests.milliCpu, allocatable.milliCpu)
        const memory = share(requested.memory + requests.memory, allocatable.memory)
        return Math.floor((1 - Math.abs(cpu - memory) / 2) * MAX_SCORE)
      },
    }
  },
}
