// What the loop tells about itself, in the terms of Kubernetes' workqueue metrics. The daemon counts.

export interface ReconcileMetrics {
  depth(controller: string, keys: number): void
  added(controller: string): void
  /** A key was taken after waiting this long. */
  taken(controller: string, waitedMs: number): void
  finished(controller: string, outcome: 'done' | 'again' | 'failed', durationMs: number): void
  retried(controller: string): void
}

export const noMetrics: ReconcileMetrics = {
  depth: () => undefined,
  added: () => undefined,
  taken: () => undefined,
  finished: () => undefined,
  retried: () => undefined,
}
