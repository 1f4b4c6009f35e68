// Equality of data as it is on the wire: a field that is undefined and one that is absent are the same, and so are an
// empty list and none at all.

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

export const isSame = (left: unknown, right: unknown): boolean => {
  if (left === right) return true
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right)
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) || Array.isArray(right))
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => isSame(item, right[at]))
    )
  const [a, b] = [left as Record<string, unknown>, right as Record<string, unknown>]
  for (const key of Object.keys(a)) if (!isSame(a[key], b[key])) return false
  for (const key of Object.keys(b)) if (!(key in a) && !isNothing(b[key])) return false
  return true
}
