// Amounts of resources: what a pod asks for, what a node has.
import type {DeepReadonly} from '../api/object.ts'
import {milliOf, unitsOf} from '../api/scheduling/amount.ts'
import type {Container, Pod} from '../api/schema/types.gen.ts'

export interface Amounts {
  milliCpu: number
  memory: number
  ephemeralStorage: number
  /** Everything else by name (huge pages, devices); absent while there is nothing. */
  others: Map<string, number> | undefined
}

type ResourceList = DeepReadonly<{[name: string]: string}>

export const noAmounts = (): Amounts => ({milliCpu: 0, memory: 0, ephemeralStorage: 0, others: undefined})

export const amountsOf = (list: ResourceList | undefined): Amounts => {
  const amounts = noAmounts()
  for (const name in list) {
    const text = list[name] ?? '0'
    if (name === 'cpu') amounts.milliCpu = milliOf(text)
    else if (name === 'memory') amounts.memory = unitsOf(text)
    else if (name === 'ephemeral-storage') amounts.ephemeralStorage = unitsOf(text)
    else if (name !== 'pods') (amounts.others ??= new Map()).set(name, unitsOf(text))
  }
  return amounts
}

export const addAmounts = (to: Amounts, more: Amounts, sign: 1 | -1 = 1): void => {
  to.milliCpu += sign * more.milliCpu
  to.memory += sign * more.memory
  to.ephemeralStorage += sign * more.ephemeralStorage
  if (!more.others) return
  to.others ??= new Map()
  for (const [name, value] of more.others) to.others.set(name, (to.others.get(name) ?? 0) + sign * value)
}

const raiseTo = (amounts: Amounts, least: Amounts): void => {
  amounts.milliCpu = Math.max(amounts.milliCpu, least.milliCpu)
  amounts.memory = Math.max(amounts.memory, least.memory)
  amounts.ephemeralStorage = Math.max(amounts.ephemeralStorage, least.ephemeralStorage)
  if (!least.others) return
  amounts.others ??= new Map()
  for (const [name, value] of least.others) amounts.others.set(name, Math.max(amounts.others.get(name) ?? 0, value))
}

const copyOf = (amounts: Amounts): Amounts => {
  const copy = noAmounts()
  addAmounts(copy, amounts)
  return copy
}

type Reading = (container: DeepReadonly<Container>) => Amounts

const isSidecar = (container: DeepReadonly<Container>): boolean => container.restartPolicy === 'Always'

/**
 * What all containers need together: those that run at the same time are added up (containers and sidecars), and each
 * init container needs its own plus the sidecars started before it; the larger of the two counts.
 */
const together = (pod: DeepReadonly<Pod>, reading: Reading): Amounts => {
  const total = noAmounts()
  for (const container of pod.spec?.containers ?? []) addAmounts(total, reading(container))
  if (!pod.spec?.initContainers?.length) return total
  const sidecars = noAmounts()
  const highest = noAmounts()
  for (const container of pod.spec.initContainers) {
    const own = reading(container)
    if (isSidecar(container)) {
      addAmounts(sidecars, own)
      raiseTo(highest, sidecars)
    } else {
      const moment = copyOf(sidecars)
      addAmounts(moment, own)
      raiseTo(highest, moment)
    }
  }
  addAmounts(total, sidecars)
  raiseTo(total, highest)
  return total
}

/** While a running pod is being resized, its node holds the larger of what was asked and what was given. */
const requestsOf = (pod: DeepReadonly<Pod>): Reading => {
  const statuses = pod.status?.containerStatuses
  return (container) => {
    const wanted = amountsOf(container.resources?.requests)
    const given = statuses?.find(({name}) => name === container.name)?.resources?.requests
    if (given && pod.spec?.nodeName) raiseTo(wanted, amountsOf(given))
    return wanted
  }
}

/** Pod-level requests, where given, take the place of what the containers add up to. */
const override = (total: Amounts, list: ResourceList | undefined): void => {
  const level = amountsOf(list)
  if (list?.cpu !== undefined) total.milliCpu = level.milliCpu
  if (list?.memory !== undefined) total.memory = level.memory
  for (const [name, value] of level.others ?? []) (total.others ??= new Map()).set(name, value)
}

export const podRequests = (pod: DeepReadonly<Pod>): Amounts => {
  const total = together(pod, requestsOf(pod))
  override(total, pod.spec?.resources?.requests)
  if (pod.spec?.overhead) addAmounts(total, amountsOf(pod.spec.overhead))
  return total
}

const DEFAULT_MILLI_CPU = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024

/** For scoring only: a container that asks for nothing still uses something. */
export const podNonZeroRequests = (pod: DeepReadonly<Pod>): Amounts => {
  const level = pod.spec?.resources?.requests
  const total = together(pod, ({resources}) => {
    const own = amountsOf(resources?.requests)
    if (resources?.requests?.cpu === undefined && level?.cpu === undefined) own.milliCpu = DEFAULT_MILLI_CPU
    if (resources?.requests?.memory === undefined && level?.memory === undefined) own.memory = DEFAULT_MEMORY
    return own
  })
  override(total, level)
  if (pod.spec?.overhead) addAmounts(total, amountsOf(pod.spec.overhead))
  return total
}
