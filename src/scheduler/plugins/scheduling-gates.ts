// A pod with scheduling gates is not looked at until somebody removed them all.
import type {Plugin} from '../framework.ts'

export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  gate: ({pod}) => {
    const gates = pod.spec?.schedulingGates ?? []
    return gates.length === 0 ? undefined : `waiting for scheduling gates: [${gates.map(({name}) => name).join(' ')}]`
  },
  wakes: {'own-change': ({pod}) => !pod.spec?.schedulingGates?.length},
}
