// Address ranges as pairs of numbers: what is left of a block when pieces are taken out of it.
import {addressText, type IpFamily, parseCidr} from '../../api/meta/ip.ts'

export interface Range {
  readonly family: IpFamily
  readonly first: bigint
  readonly last: bigint
}

const rangeOf = (cidr: string): Range | undefined => {
  const parsed = parseCidr(cidr)
  return parsed && {family: parsed.family, first: parsed.first, last: parsed.first + parsed.size - 1n}
}

const without = (range: Range, piece: Range): Range[] => {
  if (piece.family !== range.family || piece.last < range.first || piece.first > range.last) return [range]
  const before = {...range, last: piece.first - 1n}
  const after = {...range, first: piece.last + 1n}
  return [before, after].filter(({first, last}) => first <= last)
}

export const blockRanges = (cidr: string, except: readonly string[]): Range[] => {
  const whole = rangeOf(cidr)
  let left = whole ? [whole] : []
  for (const piece of except.map(rangeOf)) if (piece) left = left.flatMap((range) => without(range, piece))
  return left
}

const order = (a: Range, b: Range): number => {
  if (a.family !== b.family) return a.family < b.family ? -1 : 1
  return a.first < b.first ? -1 : Number(a.first > b.first)
}

/** Sorted, and those that touch as one: ranges in a set of the kernel's must not overlap. */
export const merged = (ranges: readonly Range[]): Range[] => {
  const result: Range[] = []
  for (const range of [...ranges].sort(order)) {
    const last = result.at(-1)
    if (!last || last.family !== range.family || range.first > last.last + 1n) result.push(range)
    else if (range.last > last.last) result[result.length - 1] = {...last, last: range.last}
  }
  return result
}

export const rangeText = ({family, first, last}: Range): string =>
  first === last ? addressText(first, family) : `${addressText(first, family)}-${addressText(last, family)}`
