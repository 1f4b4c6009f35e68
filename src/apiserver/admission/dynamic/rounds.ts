// Mutations may be run a second time: what a later one changed may matter to an earlier one that asked for it.
import {deepEqual} from '../../../api/meta/equal.ts'
import type {KubeObject} from '../../../api/object.ts'
import {copyOf} from '../../registry/freeze.ts'
import type {AdmissionRequest, Rounds} from '../contract.ts'

/** What one plugin remembers from the first round to the second. */
interface Memory {
  /** Ran already and want to know of changes after them. */
  readonly earlier: Set<string>
  readonly again: Set<string>
  output: KubeObject | undefined
}

const memories = new WeakMap<Rounds, Map<string, Memory>>()

const memoryOf = (rounds: Rounds, plugin: string): Memory => {
  let of = memories.get(rounds)
  if (!of) memories.set(rounds, (of = new Map()))
  let memory = of.get(plugin)
  if (!memory) of.set(plugin, (memory = {earlier: new Set(), again: new Set(), output: undefined}))
  return memory
}

const wantAgain = ({earlier, again}: Memory): void => {
  for (const id of earlier) again.add(id)
  earlier.clear()
}

export interface Mutator {
  readonly id: string
  readonly isReinvoked: boolean
  /** Whether it changed the object. */
  readonly run: () => boolean | Promise<boolean>
}

/** Runs one plugin's mutators in their order, in the round that the request is in. */
export const runRound = async (
  plugin: string,
  request: AdmissionRequest,
  mutators: AsyncIterable<Mutator> | Iterable<Mutator>,
): Promise<void> => {
  const rounds = (request.rounds ??= {isSecond: false, wanted: false})
  const memory = memoryOf(rounds, plugin)
  if (rounds.isSecond && memory.output && !deepEqual(memory.output, request.object)) wantAgain(memory)
  for await (const {id, isReinvoked, run} of mutators) {
    if (rounds.isSecond && !memory.again.has(id)) continue
    if (await run()) {
      wantAgain(memory)
      rounds.wanted = true
    }
    if (isReinvoked) memory.earlier.add(id)
  }
  if (!rounds.isSecond && request.object && memory.earlier.size + memory.again.size > 0)
    memory.output = copyOf(request.object)
}
