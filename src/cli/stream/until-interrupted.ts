// A command that serves until somebody presses Ctrl-C, which is its good end.

export interface Serving {
  readonly ended: Promise<void>
  fail(error: Error): void
  /** Gives the signals back. */
  finish(): void
}

export const untilInterrupted = (): Serving => {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  // Whoever fails before anybody waits is heard by the one who waits later.
  promise.catch(() => {})
  const stop = (): void => resolve()
  process.once('SIGINT', stop)
  return {ended: promise, fail: reject, finish: () => process.off('SIGINT', stop)}
}
