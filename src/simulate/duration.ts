// Durations as annotations have them: `300ms`, `1.5s`, `2m`, `1h30m`; a bare number is seconds.
const unitMs: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000}

/** Undefined for anything that is not a duration. */
export const parseDurationMs = (text: string): number | undefined => {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return total
}
