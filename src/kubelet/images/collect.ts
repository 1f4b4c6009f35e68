// Which images may go, and in what order: nobody uses them, they are old enough, nobody pinned them. Pure.

export interface KnownImage {
  readonly id: string
  readonly size: number
  readonly pinned: boolean
  readonly firstSeenMs: number
  /** 0: never. */
  readonly lastUsedMs: number
  readonly inUse: boolean
}

export interface CollectRequest {
  readonly nowMs: number
  readonly minAgeMs: number
  /** 0: images may stay as long as there is room. */
  readonly maxAgeMs: number
  /** How much has to go; 0: nothing but what is too old. */
  readonly bytesToFree: number
}

const sinceOf = ({firstSeenMs, lastUsedMs}: KnownImage): number => Math.max(lastUsedMs, firstSeenMs)

export const imagesToRemove = (
  images: readonly KnownImage[],
  {bytesToFree, maxAgeMs, minAgeMs, nowMs}: CollectRequest,
): KnownImage[] => {
  const unused = images
    .filter(({inUse, pinned}) => !inUse && !pinned)
    .sort((a, b) => a.lastUsedMs - b.lastUsedMs || a.firstSeenMs - b.firstSeenMs)
  const stale = maxAgeMs > 0 ? unused.filter((image) => nowMs - sinceOf(image) > maxAgeMs) : []
  const chosen = new Set(stale)
  let freed = stale.reduce((sum, {size}) => sum + size, 0)
  for (const image of unused) {
    if (freed >= bytesToFree) break
    if (chosen.has(image) || nowMs - image.firstSeenMs < minAgeMs) continue
    chosen.add(image)
    freed += image.size
  }
  return [...chosen]
}

/** Down to `lowPercent` once it is more than `highPercent` full. */
export const bytesOver = (
  {availableBytes, capacityBytes}: {availableBytes: number; capacityBytes: number},
  {highPercent, lowPercent}: {highPercent: number; lowPercent: number},
): number => {
  if (capacityBytes === 0) return 0
  const usedPercent = 100 - Math.floor((availableBytes * 100) / capacityBytes)
  if (usedPercent < highPercent) return 0
  return Math.max(0, Math.floor((capacityBytes * (100 - lowPercent)) / 100) - availableBytes)
}
