// From how little to how much: sizes and costs. Sums and products stop at the largest number there is for them.
export interface Range {
  readonly min: number
  readonly max: number
}

export interface Estimate {
  readonly cost: Range
  readonly size?: Range | undefined
}

export const most = 2 ** 64 - 1
const capped = (value: number): number => Math.min(value, most)

export const fixed = (value: number): Range => ({min: value, max: value})
export const unknownSize: Range = {min: 0, max: most}

export const add = (...ranges: readonly Range[]): Range => ({
  min: capped(ranges.reduce((sum, {min}) => sum + min, 0)),
  max: capped(ranges.reduce((sum, {max}) => sum + max, 0)),
})

export const times = (a: Range, b: Range): Range => ({min: capped(a.min * b.min), max: capped(a.max * b.max)})

export const scaled = ({min, max}: Range, by: number): Range => ({
  min: capped(Math.ceil(min * by)),
  max: capped(Math.ceil(max * by)),
})

export const union = (a: Range, b: Range): Range => ({min: Math.min(a.min, b.min), max: Math.max(a.max, b.max)})
