/** As Go prints durations rounded to milliseconds: `812ms`, `1.52s`, `1m2.5s`. */
export const humanDuration = (ms: number): string => {
  const rounded = Math.max(0, Math.round(ms))
  if (rounded < 1000) return `${rounded}ms`
  const minutes = Math.floor(rounded / 60_000)
  const seconds = (rounded % 60_000) / 1000
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`
}
