// Delays that grow with each failure in a row.

export interface BackoffOptions {
  readonly firstMs: number
  readonly maxMs: number
  readonly factor?: number
}

/** The delay before attempt `failures + 1`: `firstMs` after the first failure, growing up to `maxMs`. */
export const backoffMs = (failures: number, {firstMs, maxMs, factor = 2}: BackoffOptions): number =>
  failures <= 0 ? 0 : Math.min(firstMs * factor ** (failures - 1), maxMs)
