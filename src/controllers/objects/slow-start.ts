/**
 * Calls 1, 2, 4, 8 ... times at once and stops after the first batch with a failure: a quota that refuses one pod is not
 * asked five hundred times. Returns how many succeeded, and the first error.
 */
export const slowStart = async (
  count: number,
  call: (at: number) => Promise<void>,
): Promise<{readonly succeeded: number; readonly error?: unknown}> => {
  let succeeded = 0
  for (let size = 1; succeeded < count; size *= 2) {
    const first = succeeded
    const batch = Array.from({length: Math.min(size, count - first)}, (_, at) => call(first + at))
    const outcomes = await Promise.allSettled(batch)
    succeeded += outcomes.filter(({status}) => status === 'fulfilled').length
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) return {succeeded, error: failed.reason}
  }
  return {succeeded}
}

/** All at once; the first error once all have ended. */
export const allSettled = async (calls: readonly Promise<unknown>[]): Promise<void> => {
  const failed = (await Promise.allSettled(calls)).find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
