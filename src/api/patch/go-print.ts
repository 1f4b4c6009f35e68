// Values as Go's %v prints them: some of Kubernetes' messages show what a patch held this way.

export const goPrint = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, inner]) => `${key}:${goPrint(inner)}`).join(' ')}]`
}

/** Go's name for what JSON decodes to. */
export const goKind = (value: unknown): string => {
  if (Array.isArray(value)) return 'slice'
  if (value === null || value === undefined) return 'invalid'
  if (typeof value === 'object') return 'map'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int64' : 'float64'
}
