// How a container ends: told by its command, unless an annotation says otherwise.
import type {DeepReadonly} from '../api/object.ts'
import type {Container} from '../api/schema/types.gen.ts'
import type {Behaviour} from './behaviour.ts'

/** Absent: it runs for ever. */
export interface Fate {
  readonly exitCode: number
  readonly afterMs: number
}

const byCommand = (container: DeepReadonly<Container>): Fate | undefined => {
  const command = [...(container.command ?? []), ...(container.args ?? [])]
  const [first, second] = command
  if (command.length === 1 && first === 'true') return {exitCode: 0, afterMs: 0}
  if (command.length === 1 && first === 'false') return {exitCode: 1, afterMs: 0}
  if (command.length === 2 && first === 'sleep' && /^\d+$/.test(second ?? ''))
    return {exitCode: 0, afterMs: Number(second) * 1000}
  const exit = /^exit (\d+)$/.exec(command.at(-1) ?? '')
  return exit ? {exitCode: Number(exit[1]), afterMs: 0} : undefined
}

/** `chance` is this pod's own number in [0, 1), drawn once. */
export const fateOf = (container: DeepReadonly<Container>, behaviour: Behaviour, chance: number): Fate | undefined => {
  const told = byCommand(container)
  const fails = behaviour.crashLoop || chance < behaviour.failureRate
  if (!fails && behaviour.runForMs === undefined && behaviour.exitCode === undefined) return told
  return {
    exitCode: fails ? behaviour.exitCode || told?.exitCode || 1 : (behaviour.exitCode ?? told?.exitCode ?? 0),
    afterMs: behaviour.runForMs ?? told?.afterMs ?? 0,
  }
}

export const tagOf = (image: string): string => image.slice(image.lastIndexOf(':') + 1)
