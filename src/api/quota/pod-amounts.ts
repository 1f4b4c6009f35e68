// What a pod asks for in all: containers and sidecars together, or the largest moment of its start; plus overhead.
import {addQuantities, compareQuantities, parseQuantity, type Quantity} from '../meta/quantity.ts'
import type {DeepReadonly} from '../object.ts'
import type {Container, Pod} from '../schema/types.gen.ts'

export type Quantities = Readonly<Record<string, Quantity>>
type Field = 'requests' | 'limits'
type List = DeepReadonly<Record<string, string | number>> | undefined

const parse = (list: List): Quantities =>
  Object.fromEntries(Object.entries(list ?? {}).map(([name, value]) => [name, parseQuantity(value)]))

export const plus = (a: Quantities, b: Quantities): Quantities => {
  const sum: Record<string, Quantity> = {...a}
  for (const [name, value] of Object.entries(b)) sum[name] = sum[name] ? addQuantities(sum[name], value) : value
  return sum
}

const larger = (a: Quantities, b: Quantities): Quantities => {
  const most: Record<string, Quantity> = {...a}
  for (const [name, value] of Object.entries(b))
    if (!most[name] || compareQuantities(value, most[name]) > 0) most[name] = value
  return most
}

const of = (container: DeepReadonly<Container>, field: Field): Quantities => parse(container.resources?.[field] as List)

export const podAmounts = ({spec}: DeepReadonly<Pod>, field: Field): Quantities => {
  let running: Quantities = {}
  for (const container of spec?.containers ?? []) running = plus(running, of(container, field))
  let sidecars: Quantities = {}
  let start: Quantities = {}
  for (const container of spec?.initContainers ?? []) {
    const own = of(container, field)
    const moment = plus(sidecars, own)
    if (container.restartPolicy === 'Always') sidecars = moment
    start = larger(start, moment)
  }
  const containers = larger(plus(running, sidecars), start)
  // What is said for the pod as a whole stands for the sum.
  const total = {...containers, ...parse(spec?.resources?.[field] as List)}
  const overhead = parse(spec?.overhead as List)
  if (field === 'requests') return plus(total, overhead)
  // Overhead limits nothing that has no limit.
  return Object.fromEntries(
    Object.entries(total).map(([name, value]) => [name, overhead[name] ? addQuantities(value, overhead[name]) : value]),
  )
}
