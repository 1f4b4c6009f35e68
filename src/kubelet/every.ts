// Work that comes back: again and again until the signal; what goes wrong is logged and tried again next time.
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'

export interface Round {
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

export const every = async (
  {clock, logger, signal}: Round,
  ms: number,
  name: string,
  work: () => Promise<unknown>,
): Promise<void> => {
  while (!signal.aborted) {
    await clock.sleep(ms, signal).catch(() => undefined)
    if (signal.aborted) return
    await work().catch((error) => {
      if (!signal.aborted) logger.warn(`${name}: again later`, {error})
    })
  }
}
