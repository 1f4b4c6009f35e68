// What a simulated container seems to use: as its annotation says, or half of what it asked for, a little more or less
// from minute to minute.
import {createHash} from 'node:crypto'
import type {DeepReadonly} from '../../api/object.ts'
import {milliOf, unitsOf} from '../../api/scheduling/amount.ts'
import type {Container, Pod} from '../../api/schema/types.gen.ts'
import {PREFIX} from '../behaviour.ts'

export interface Usage {
  readonly milliCpu: number
  readonly memoryBytes: number
}

const DEFAULT_MILLI_CPU = 2
const DEFAULT_MEMORY = 16 * 2 ** 20

/** 0.9 to 1.1, the same for the same text. */
const wobble = (text: string): number => 0.9 + (0.2 * (createHash('sha256').update(text).digest()[0] ?? 0)) / 255

export const usageOf = (pod: DeepReadonly<Pod>, container: DeepReadonly<Container>, nowMs: number): Usage => {
  const {annotations, uid} = pod.metadata ?? {}
  const {cpu, memory} = container.resources?.requests ?? {}
  const milliCpu = milliOf(annotations?.[`${PREFIX}cpu`] ?? '0') || milliOf(cpu ?? '0') / 2 || DEFAULT_MILLI_CPU
  const bytes = unitsOf(annotations?.[`${PREFIX}memory`] ?? '0') || unitsOf(memory ?? '0') / 2 || DEFAULT_MEMORY
  const factor = wobble(`${uid}/${container.name}/${Math.floor(nowMs / 60_000)}`)
  return {milliCpu: milliCpu * factor, memoryBytes: Math.round(bytes * factor)}
}

export const isRunning = (pod: DeepReadonly<Pod>, container: string): boolean =>
  pod.status?.containerStatuses?.some(({name, state}) => name === container && state?.running) ?? false
