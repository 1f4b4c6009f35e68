/** Waits until `check` returns something true-ish without throwing; says what it waited for when it gives up. */
export const until = async <T>(
  what: string,
  check: () => T | Promise<T>,
  {timeoutMs = 20_000, everyMs = 20}: {readonly timeoutMs?: number; readonly everyMs?: number} = {},
): Promise<NonNullable<T>> => {
  const end = performance.now() + timeoutMs
  let problem: unknown
  while (true) {
    try {
      const value = await check()
      if (value) return value as NonNullable<T>
      problem = undefined
    } catch (error) {
      problem = error
    }
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for: ${what}`, {cause: problem})
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
