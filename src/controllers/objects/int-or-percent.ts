// `3` or `25%`.

export const resolvePercent = (value: number | string | undefined, total: number, round: 'up' | 'down'): number => {
  if (value === undefined) return 0
  if (typeof value === 'number') return value
  const percent = Number.parseInt(value, 10)
  if (!value.endsWith('%') || Number.isNaN(percent)) return 0
  return round === 'up' ? Math.ceil((percent * total) / 100) : Math.floor((percent * total) / 100)
}
