// Objects that several readers share cannot be written to.

export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) for (const inner of value) freezeInner(inner)
  else for (const key in value) freezeInner(value[key])
  return Object.freeze(value)
}

const freezeInner = (value: unknown): void => {
  if (typeof value === 'object' && value !== null) deepFreeze(value)
}

/** A copy that may be written to. JSON values only. */
export const copyOf = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyOf) as T
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value))
    if (key === '__proto__')
      Object.defineProperty(copy, key, {value: copyOf(inner), enumerable: true, writable: true, configurable: true})
    else copy[key] = copyOf(inner)
  return copy as T
}
