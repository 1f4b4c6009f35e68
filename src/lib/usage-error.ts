/** The user's mistake: its message says what to do instead; no stack is shown. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
