// API objects of any kind, as JSON has them.

export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json}
/** An object whose shape only the server knows. */
export type Obj = Record<string, unknown>

export const isMap = (value: unknown): value is Obj =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** What lies at the path, or undefined where it ends early. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let current = value
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined
    current = (current as Obj)[step]
  }
  return current
}

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path)
  return found === undefined || found === null ? '' : String(found)
}
export const numberAt = (value: unknown, ...path: readonly (string | number)[]): number => {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : 0
}
export const listAt = (value: unknown, ...path: readonly (string | number)[]): Obj[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? (found as Obj[]) : []
}
export const textsAt = (value: unknown, ...path: readonly (string | number)[]): string[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found.map(String) : []
}
export const mapAt = (value: unknown, ...path: readonly (string | number)[]): Obj => {
  const found = at(value, ...path)
  return isMap(found) ? found : {}
}
export const stringsAt = (value: unknown, ...path: readonly (string | number)[]): Record<string, string> =>
  mapAt(value, ...path) as Record<string, string>

/** The map at the path, made where it is missing. */
export const ensureMap = (value: Obj, ...path: readonly string[]): Obj => {
  let current = value
  for (const step of path) {
    if (!isMap(current[step])) current[step] = {}
    current = current[step] as Obj
  }
  return current
}

export const nameOf = (object: unknown): string => textAt(object, 'metadata', 'name')
export const namespaceOf = (object: unknown): string => textAt(object, 'metadata', 'namespace')
export const copyOf = <T>(value: T): T => structuredClone(value)
