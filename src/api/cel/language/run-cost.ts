// What running an expression costs, and where it is stopped: one for most steps, more where text or lists are walked.

import {isMap} from '../values/maps.ts'
import {CelError} from '../values/numbers.ts'

export class CostExceeded extends CelError {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
  }
}

export interface Meter {
  spent: number
  readonly limit: number
}

export const spend = (meter: Meter, cost: number): void => {
  meter.spent += cost
  if (meter.spent > meter.limit) throw new CostExceeded()
}

export const costOfText = 0.1
export const costOfPattern = 0.25

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
  return isMap(value) ? value.size : 1
}

const textCost = (value: unknown): number => Math.ceil(sizeOf(value) * costOfText)

const walksText: ReadonlySet<string> = new Set([
  'lowerAscii',
  'upperAscii',
  'substring',
  'trim',
  'format',
  'url',
  'quantity',
  'isQuantity',
  'ip',
  'isIP',
  'cidr',
  'isCIDR',
  'semver',
  'isSemver',
  'bytes',
])
const walksTwice: ReadonlySet<string> = new Set(['replace', 'split'])
const walksList: ReadonlySet<string> = new Set(['isSorted', 'sum', 'min', 'max', 'indexOf', 'lastIndexOf'])
const comparesPairs: ReadonlySet<string> = new Set(['sets.contains', 'sets.intersects', 'sets.equivalent'])
const relations: ReadonlySet<string> = new Set(['_==_', '_!=_', '_<_', '_<=_', '_>_', '_>=_'])
const authorizationCost = 350_000

export const costOfCall = (name: string, [first, second]: readonly unknown[]): number => {
  if (name === 'check') return authorizationCost
  if (name === 'startsWith' || name === 'endsWith') return textCost(second)
  if (name === 'matches' || name === 'find' || name === 'findAll')
    return Math.ceil((sizeOf(first) + 1) * costOfText) * Math.ceil(sizeOf(second) * costOfPattern)
  if (name === 'contains') return Math.ceil(sizeOf(first) * costOfText) * Math.ceil(sizeOf(second) * costOfText)
  if (name === '@in') return Array.isArray(second) ? sizeOf(second) : 1
  if (relations.has(name)) return Math.ceil(Math.min(sizeOf(first), sizeOf(second)) * costOfText)
  if (name === '_+_' && typeof first === 'string') return textCost(first) + textCost(second)
  if (walksText.has(name)) return textCost(first)
  if (walksTwice.has(name)) return 2 * textCost(first)
  if (walksList.has(name)) return Array.isArray(first) ? sizeOf(first) : textCost(first)
  return comparesPairs.has(name) ? sizeOf(first) * sizeOf(second) : 1
}
