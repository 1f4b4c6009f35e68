// Enough of everything that is asked for; among those, the node that is left with the largest share free.
import {type FilterRun, MAX_SCORE, type Plugin, type Rejection} from '../framework.ts'
import type {NodeInfo} from '../node-info.ts'
import type {PodInfo} from '../pod-info.ts'
import {type Amounts, amountsOf} from '../resources.ts'

const NAME = 'NodeResourcesFit'
const memo = new Map<string, Rejection>()

/** More than the whole node has cannot be helped by removing pods. */
const lacking = (reasons: readonly string[], resolvable: boolean): Rejection => {
  const key = `${reasons.join()}|${resolvable}`
  const made = memo.get(key) ?? {plugin: NAME, reasons, resolvable}
  if (memo.size < 1000) memo.set(key, made)
  return made
}

interface Need {
  readonly name: string
  readonly wanted: number
  readonly free: number
  readonly whole: number
}

const needsOf = (wanted: Amounts, {allocatable, requested}: NodeInfo): Need[] => {
  const needs: Need[] = []
  const add = (name: string, amount: number, whole: number, used: number): void => {
    if (amount > 0) needs.push({name, wanted: amount, free: whole - used, whole})
  }
  add('cpu', wanted.milliCpu, allocatable.milliCpu, requested.milliCpu)
  add('memory', wanted.memory, allocatable.memory, requested.memory)
  add('ephemeral-storage', wanted.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage)
  for (const [name, amount] of wanted.others ?? [])
    add(name, amount, allocatable.others?.get(name) ?? 0, requested.others?.get(name) ?? 0)
  return needs
}

const explain = (wanted: Amounts, node: NodeInfo): Rejection => {
  const reasons = node.pods.size + 1 > node.allowedPods ? ['Too many pods'] : []
  let resolvable = true
  for (const need of needsOf(wanted, node)) {
    if (need.wanted <= need.free) continue
    reasons.push(`Insufficient ${need.name}`)
    if (need.wanted > need.whole) resolvable = false
  }
  return lacking(reasons, resolvable)
}

const othersFit = (wanted: Amounts, {allocatable, requested}: NodeInfo): boolean => {
  if (!wanted.others) return true
  for (const [name, amount] of wanted.others)
    if (amount > 0 && amount > (allocatable.others?.get(name) ?? 0) - (requested.others?.get(name) ?? 0)) return false
  return true
}

/** The quick answer; `explain` says why not. */
const fits = (wanted: Amounts, node: NodeInfo): boolean => {
  const {allocatable, requested} = node
  return (
    node.pods.size < node.allowedPods &&
    (wanted.milliCpu === 0 || wanted.milliCpu <= allocatable.milliCpu - requested.milliCpu) &&
    (wanted.memory === 0 || wanted.memory <= allocatable.memory - requested.memory) &&
    (wanted.ephemeralStorage === 0 ||
      wanted.ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage) &&
    othersFit(wanted, node)
  )
}

const fitRun = ({requests}: PodInfo): FilterRun => ({
  check: (node) => (fits(requests, node) ? undefined : explain(requests, node)),
})

const leastAllocated = (whole: number, used: number): number =>
  whole === 0 || used > whole ? 0 : Math.floor(((whole - used) * MAX_SCORE) / whole)

const frees = (wanted: Amounts, freed: Amounts): boolean =>
  (wanted.milliCpu > 0 && freed.milliCpu > 0) ||
  (wanted.memory > 0 && freed.memory > 0) ||
  (wanted.ephemeralStorage > 0 && freed.ephemeralStorage > 0) ||
  [...(wanted.others?.keys() ?? [])].some((name) => (freed.others?.get(name) ?? 0) > 0)

const couldEverFit = (wanted: Amounts, whole: Amounts): boolean =>
  wanted.milliCpu <= whole.milliCpu &&
  wanted.memory <= whole.memory &&
  [...(wanted.others ?? [])].every(([name, amount]) => amount <= (whole.others?.get(name) ?? 0))

export const nodeResourcesFit: Plugin = {
  name: NAME,
  weight: 1,
  filter: fitRun,
  score: ({nonZeroRequests: {milliCpu, memory}}) => ({
    score: ({allocatable, nonZeroRequested}) => {
      const cpuScore = leastAllocated(allocatable.milliCpu, nonZeroRequested.milliCpu + milliCpu)
      const memoryScore = leastAllocated(allocatable.memory, nonZeroRequested.memory + memory)
      return Math.floor((cpuScore + memoryScore) / 2)
    },
  }),
  wakes: {
    // Its place in the node's count of pods is freed in any case.
    'pod-gone': () => true,
    'pod-changed': ({requests}, event) => event.kind === 'pod-changed' && frees(requests, event.previous.requests),
    'node-added': ({requests}, event) =>
      event.kind === 'node-added' && couldEverFit(requests, amountsOf(event.node.status?.allocatable)),
    'node-changed': ({requests}, event) =>
      event.kind === 'node-changed' &&
      event.aspects.has('allocatable') &&
      couldEverFit(requests, amountsOf(event.node.status?.allocatable)),
    'own-change': () => true,
  },
}
