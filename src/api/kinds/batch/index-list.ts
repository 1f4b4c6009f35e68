// Lists of indexes in Jobs, `0,3-5,9`: rising, without overlap, below the number of completions.

export interface IndexInterval {
  readonly first: number
  readonly last: number
}

class Unreadable extends Error {}

const readIndex = (text: string, completions: number): number => {
  if (!/^[+-]?\d+$/.test(text))
    throw new Unreadable(`cannot convert string to integer for index: ${JSON.stringify(text)}`)
  if (Number(text) >= completions) throw new Unreadable(`too large index: ${JSON.stringify(text)}`)
  return Number(text)
}

const readInterval = (text: string, completions: number): IndexInterval => {
  const [low = '', high, ...more] = text.split('-')
  if (more.length > 0)
    throw new Unreadable(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    )
  const first = readIndex(low, completions)
  if (high === undefined) return {first, last: first}
  const last = readIndex(high, completions)
  if (first >= last) throw new Unreadable(`non-increasing order, previous: ${first}, current: ${last}`)
  return {first, last}
}

const readAll = (text: string, completions: number): IndexInterval[] => {
  if (text === '') return []
  const intervals = text.split(',').map((part) => readInterval(part, completions))
  for (const [at, {first}] of intervals.entries()) {
    const before = intervals[at - 1]
    if (before && before.last >= first)
      throw new Unreadable(`non-increasing order, previous: ${before.last}, current: ${first}`)
  }
  return intervals
}

/** The intervals of a list, or what is wrong with it. */
export const readIndexList = (text: string, completions: number): readonly IndexInterval[] | {problem: string} => {
  try {
    return readAll(text, completions)
  } catch (error) {
    if (error instanceof Unreadable) return {problem: error.message}
    throw error
  }
}

export const countIndexes = (intervals: readonly IndexInterval[]): number =>
  intervals.reduce((sum, {first, last}) => sum + last - first + 1, 0)

/** The smallest index in both lists. */
export const firstOverlap = (left: readonly IndexInterval[], right: readonly IndexInterval[]): number | undefined => {
  const shared = left.flatMap((a) =>
    right.filter((b) => a.first <= b.last && b.first <= a.last).map((b) => Math.max(a.first, b.first)),
  )
  return shared.length > 0 ? Math.min(...shared) : undefined
}
