// Why a component stops when the cluster is only paused: what it keeps running is frozen, not ended.
export class Paused extends Error {
  override readonly name = 'Paused'
  constructor(message = 'the cluster is paused') {
    super(message)
  }
}

export const isPause = (signal: AbortSignal): boolean => signal.reason instanceof Paused
