// What a simulated pod is told to do, besides what its containers' commands and images say: annotations under
// simulate.mini.dev/, on the pod or (for all of its pods) on the node. README.md has the table.
import type {DeepReadonly} from '../api/object.ts'
import type {Node, Pod} from '../api/schema/types.gen.ts'
import {parseDurationMs} from './duration.ts'

export const PREFIX = 'simulate.mini.dev/'

type Annotations = Readonly<Record<string, string>>

export interface Behaviour {
  readonly startDelayMs: number
  readonly jitterMs: number
  readonly readyDelayMs: number
  readonly stopDelayMs: number
  /** Absent: as the command says, and for ever where it says nothing. */
  readonly runForMs: number | undefined
  readonly exitCode: number | undefined
  /** The share of pods, 0 to 1, whose containers end with an error. */
  readonly failureRate: number
  readonly crashLoop: boolean
  readonly unready: boolean
  readonly pullError: boolean
}

const duration = (annotations: Annotations, name: string): number | undefined => {
  const text = annotations[PREFIX + name]
  return text === undefined ? undefined : parseDurationMs(text)
}

const number = (annotations: Annotations, name: string): number | undefined => {
  const text = annotations[PREFIX + name]
  const value = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

const flag = (annotations: Annotations, name: string): boolean => annotations[PREFIX + name] === 'true'

/** What nearly every pod does. */
const plain: Behaviour = {
  startDelayMs: 0,
  jitterMs: 0,
  readyDelayMs: 0,
  stopDelayMs: 0,
  runForMs: undefined,
  exitCode: undefined,
  failureRate: 0,
  crashLoop: false,
  unready: false,
  pullError: false,
}

const concerns = (annotations: Annotations | undefined): boolean => {
  for (const name in annotations) if (name.startsWith(PREFIX)) return true
  return false
}

/** The pod's annotations win over its node's. */
export const behaviourOf = (pod: DeepReadonly<Pod>, node: DeepReadonly<Node> | undefined): Behaviour => {
  const own = pod.metadata?.annotations
  const nodes = node?.metadata?.annotations
  if (!concerns(own) && !concerns(nodes)) return plain
  const annotations = {...nodes, ...own}
  const crashLoop = flag(annotations, 'crash-loop')
  return {
    startDelayMs: duration(annotations, 'start-delay') ?? 0,
    jitterMs: duration(annotations, 'jitter') ?? 0,
    readyDelayMs: duration(annotations, 'ready-delay') ?? 0,
    stopDelayMs: duration(annotations, 'stop-delay') ?? 0,
    runForMs: duration(annotations, 'run-for') ?? (crashLoop ? 1000 : undefined),
    exitCode: number(annotations, 'exit-code'),
    failureRate: number(annotations, 'failure-rate') ?? 0,
    crashLoop,
    unready: flag(annotations, 'unready'),
    pullError: flag(annotations, 'pull-error'),
  }
}
